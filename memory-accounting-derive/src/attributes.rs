//! `#[bounds(...)]` as it is written: which keys there are and what each takes.

mod entries;
mod field;
mod typ;
mod values;

pub(crate) use self::field::{FieldAttribute, Modifiers, Source};
pub(crate) use self::typ::{Extra, Part, TypeAttributes};

use syn::Attribute;

/// Whether an attribute is one of ours.
pub(crate) fn is_bounds(attribute: &Attribute) -> bool {
    attribute.path().is_ident("bounds")
}

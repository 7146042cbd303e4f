//! `#[bounds(...)]` as it is written: which keys there are and what each takes.

mod grammar;
mod meant;
mod value_ahead;
mod values;
mod entries;
mod modifiers;
mod source;
mod field;
mod typ;

pub(crate) use self::entries::is_bounds;
pub(crate) use self::field::{FieldAttribute, refuse_beside_skip};
pub(crate) use self::modifiers::Modifiers;
pub(crate) use self::source::{ItemSize, Source};
pub(crate) use self::typ::{Extra, TypeAttributes};

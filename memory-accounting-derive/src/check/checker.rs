//! What is gathered while a declaration is checked.

use proc_macro2::Span;
use syn::Type;

use super::parameters::Parameters;
use super::ranges::SettingRead;
use crate::diagnostics::Errors;
use crate::model::{HeapCheck, Trait};
use crate::syntax::written;

/// What is gathered while statement after statement is checked.
pub(super) struct Checker<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) errors: Errors,
    pub(super) predicates: Vec<(Type, Trait)>,
    pub(super) heap_checks: Vec<HeapCheck>,
    /// The names that the statements of the struct or variant have taken, and where.
    pub(super) subcomponents: Vec<(String, Span)>,
    /// Config keys in kebab case that were written in the expression at hand, which is then several words.
    pub(super) shown_config_keys: Vec<String>,
    /// The settings that the statements of the struct or variant have read.
    pub(super) settings_read: Vec<SettingRead>,
    /// `settings` or `component = T`: the fields are settings of something else, whose memory the statements describe.
    pub(super) fields_own_heap_elsewhere: bool,
    /// The declaration has attributes of serde, so its fields may be settings.
    pub(super) read_by_serde: bool,
}

impl Checker<'_> {
    /// Notes that `ty` must implement `needed`, where only the caller of the impl can know.
    ///
    /// `ArrayQueue<T>` has a rule for every `T` or for none. A `where` clause about it would be believed, and the mistake be shown where
    /// the declaration is used; without one it is shown at the field.
    pub(super) fn require(&mut self, ty: &Type, needed: Trait) {
        let depends = match needed {
            Trait::Container | Trait::HashContainer | Trait::OwningPointer => self.parameters.decide(ty),
            _ => self.parameters.any_in(ty),
        } && !self.parameters.recursive(ty);
        if depends && !self.predicates.iter().any(|(known, other)| known_same(known, ty) && *other == needed)
        {
            self.predicates.push((ty.clone(), needed));
        }
    }
}

fn known_same(a: &Type, b: &Type) -> bool {
    written(a) == written(b)
}

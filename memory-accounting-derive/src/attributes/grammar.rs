//! Which keys there are, where each may stand, and what goes with what. Messages are worded from these tables.
//!
//! A new key is a variant and a row here. The compiler then asks for the rest: how its value is read (`field.rs` for a statement,
//! `modifiers.rs`, `typ.rs`) and what it means (`check/statement.rs`, or `check.rs` for the type).

use proc_macro2::Ident;

use super::meant::meant;
use crate::diagnostics::likely;

/// The key of a statement: where the bytes of a field come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Statement {
    PerItem,
    Boxed,
    Bytes,
    Owned,
    With,
    Subcomponent,
    Flatten,
    Skip,
    Items,
    Sizes,
}

/// The key of what stands beside a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Modifier {
    Minimum,
    Firm,
    Grows,
    InsertOnly,
    Headroom,
    ItemBytes,
    ItemSkip,
    Or,
    Times,
    Named,
    Name,
    AtLeast,
    AtMost,
    Rename,
    Prefix,
}

/// A key on the type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeKey {
    Settings,
    Component,
    Minimum,
    Firm,
    RenameAll,
    Prefix,
    Crate,
    Bound,
}

use Modifier::{
    AtLeast, AtMost, Firm, Grows, Headroom, InsertOnly, ItemBytes, ItemSkip, Minimum, Name, Named, Or,
    Prefix, Rename, Times,
};

/// The statements, in the order in which messages list them, each with the modifiers that go with it.
const STATEMENTS: [(Statement, &str, &[Modifier]); 10] = [
    (Statement::PerItem, "per_item", CONTAINER),
    (Statement::Boxed, "boxed", &[Minimum, Firm, ItemBytes, ItemSkip, Times, Name, Rename]),
    (Statement::Bytes, "bytes", &[Minimum, Firm, Or, Times, Name, AtLeast, AtMost, Rename]),
    (Statement::Owned, "owned", &[Minimum, Firm, Times, Name, Rename]),
    (Statement::With, "with", &[Minimum, Firm, Times, Name, Rename]),
    (Statement::Subcomponent, "subcomponent", &[Times, Named, Name, Rename]),
    (Statement::Flatten, "flatten", &[Times, Rename, Prefix]),
    (Statement::Skip, "skip", &[Rename]),
    (
        Statement::Items,
        "items",
        &[Minimum, Firm, ItemBytes, ItemSkip, Or, Times, Name, AtLeast, AtMost, Rename],
    ),
    (Statement::Sizes, "sizes", CONTAINER_BY_A_SETTING),
];

/// What goes with the capacity of a container.
const CONTAINER: &[Modifier] =
    &[Minimum, Firm, Grows, InsertOnly, Headroom, ItemBytes, ItemSkip, Or, Times, Name, Rename];

/// The same where a setting says it.
const CONTAINER_BY_A_SETTING: &[Modifier] = &[
    Minimum, Firm, Grows, InsertOnly, Headroom, ItemBytes, ItemSkip, Or, Times, Name, AtLeast, AtMost, Rename,
];

const MODIFIERS: [(Modifier, &str); 15] = [
    (Minimum, "minimum"),
    (Firm, "firm"),
    (Grows, "grows"),
    (InsertOnly, "insert_only"),
    (Headroom, "headroom"),
    (ItemBytes, "item_bytes"),
    (ItemSkip, "item_skip"),
    (Or, "or"),
    (Times, "times"),
    (Named, "named"),
    (Name, "name"),
    (AtLeast, "at_least"),
    (AtMost, "at_most"),
    (Rename, "rename"),
    (Prefix, "prefix"),
];

const TYPE_KEYS: [(TypeKey, &str); 8] = [
    (TypeKey::Settings, "settings"),
    (TypeKey::Component, "component"),
    (TypeKey::Minimum, "minimum"),
    (TypeKey::Firm, "firm"),
    (TypeKey::RenameAll, "rename_all"),
    (TypeKey::Prefix, "prefix"),
    (TypeKey::Crate, "crate"),
    (TypeKey::Bound, "bound"),
];

/// The keys of memory that no field owns.
const EXTRA: [&str; 10] = [
    "name",
    "bytes",
    "sizes",
    "per_item",
    "grows",
    "insert_only",
    "headroom",
    "item_bytes",
    "item_skip",
    "times",
];

/// Those of them that say how much.
const STATEMENTS_IN_A_LIST: [&str; 3] = ["bytes", "sizes", "per_item"];

/// Modifiers that cannot stand beside each other, and why.
pub(super) const EXCLUSIONS: [(Modifier, Modifier, &str); 5] = [
    (Minimum, Firm, "a statement counts to one of them"),
    (Minimum, Grows, "what grows on demand is not allocated up front"),
    (Grows, Headroom, "a table with headroom is created at its full size"),
    (InsertOnly, Headroom, "a table from which nothing is removed needs no headroom"),
    (ItemBytes, ItemSkip, "the items' heap is counted here or elsewhere"),
];

impl Statement {
    pub(super) fn called(key: &Ident) -> Option<Self> {
        STATEMENTS.iter().find(|(_, name, _)| key == name).map(|(statement, _, _)| *statement)
    }

    pub(super) fn goes_with(self, modifier: Modifier) -> bool {
        STATEMENTS.iter().any(|(statement, _, modifiers)| *statement == self && modifiers.contains(&modifier))
    }
}

impl Modifier {
    pub(super) fn called(key: &Ident) -> Option<Self> {
        MODIFIERS.iter().find(|(_, name)| key == name).map(|(modifier, _)| *modifier)
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        MODIFIERS.iter().map(|(modifier, _)| *modifier)
    }

    /// The statements it goes with, as a list to read.
    pub(super) fn statements(self) -> String {
        let with = STATEMENTS.iter().filter(|(_, _, modifiers)| modifiers.contains(&self));
        listed(with.map(|(_, name, _)| *name))
    }
}

/// Names in quotes, the last with "and" in front.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

impl TypeKey {
    pub(super) fn called(key: &Ident) -> Option<Self> {
        TYPE_KEYS.iter().find(|(_, name)| key == name).map(|(key, _)| *key)
    }
}

/// The keys that one list may hold.
#[derive(Clone, Copy)]
pub(super) enum Keys<'a> {
    /// Those of a field.
    Field,
    /// Those of the type.
    Type,
    /// Those of `minimum(...)` or `firm(...)` on the type.
    Extra(&'a Ident),
}

impl Keys<'_> {
    /// Their names, in the order in which messages list them.
    pub(super) fn names(self) -> Vec<&'static str> {
        match self {
            Self::Field => {
                let statements = STATEMENTS.iter().map(|(_, name, _)| *name);
                statements.chain(MODIFIERS.iter().map(|(_, name)| *name)).collect()
            }
            Self::Type => TYPE_KEYS.iter().map(|(_, name)| *name).collect(),
            Self::Extra(_) => EXTRA.to_vec(),
        }
    }

    /// Where the list stands.
    fn place(self) -> String {
        match self {
            Self::Field => "a field".to_owned(),
            Self::Type => "the type".to_owned(),
            Self::Extra(key) => format!("`{key}(...)`"),
        }
    }

    /// Where `key` may stand, if that is somewhere else.
    fn belongs_elsewhere(self, key: &Ident) -> Option<&'static str> {
        match self {
            Self::Field => TypeKey::called(key).map(|_| "the type, above `struct` or `enum`"),
            Self::Type if STATEMENTS_IN_A_LIST.contains(&key.to_string().as_str()) => {
                Some("a field, or, for memory that no field owns, in `minimum(…)` or `firm(…)`")
            }
            Self::Type if Statement::called(key).is_some() || Modifier::called(key).is_some() => {
                Some("a field")
            }
            Self::Type | Self::Extra(_) => None,
        }
    }

    /// The mistake of a key that is none of these, with the one that was probably meant.
    pub(super) fn unknown(self, key: &Ident) -> syn::Error {
        let (names, place) = (self.names(), self.place());
        let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = if let Some(elsewhere) = self.belongs_elsewhere(key) {
            format!("`{key}` belongs on {elsewhere}; on {place} there are {known}")
        } else if let Some(meant) = meant(&key.to_string(), self) {
            format!("there is no key `{key}`; {meant}. On {place} there are {known}")
        } else if let Some(likely) = likely(&key.to_string(), names) {
            format!("there is no key `{key}`; `{likely}` was probably meant. On {place} there are {known}")
        } else {
            format!("there is no key `{key}`; on {place} there are {known}")
        };
        syn::Error::new(key.span(), message)
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn key(name: &str) -> Ident {
        Ident::new(name, Span::call_site())
    }

    #[test]
    fn a_modifier_names_the_statements_it_goes_with() {
        assert_eq!(
            Minimum.statements(),
            "`per_item`, `boxed`, `bytes`, `owned`, `with`, `items` and `sizes`"
        );
        assert_eq!(Or.statements(), "`per_item`, `bytes`, `items` and `sizes`");
    }

    #[test]
    fn every_key_is_found_by_its_name_and_no_other() {
        for (statement, name, _) in STATEMENTS {
            assert!(Statement::called(&key(name)) == Some(statement), "{name}");
            assert!(Modifier::called(&key(name)).is_none(), "{name}");
        }
        for (modifier, name) in MODIFIERS {
            assert!(Modifier::called(&key(name)) == Some(modifier), "{name}");
        }
        for (type_key, name) in TYPE_KEYS {
            assert!(TypeKey::called(&key(name)) == Some(type_key), "{name}");
        }
    }

    #[test]
    fn names_are_listed_as_a_person_does() {
        assert_eq!(listed(["a"].into_iter()), "`a`");
        assert_eq!(listed(["a", "b"].into_iter()), "`a` and `b`");
        assert_eq!(listed(["a", "b", "c"].into_iter()), "`a`, `b` and `c`");
    }

    #[test]
    fn every_modifier_goes_with_a_statement() {
        for (modifier, name) in MODIFIERS {
            assert!(STATEMENTS.iter().any(|(statement, _, _)| statement.goes_with(modifier)), "{name}");
        }
    }

    #[test]
    fn what_excludes_each_other_goes_with_one_statement() {
        for (first, second, reason) in EXCLUSIONS {
            let both = |(statement, _, _): &(Statement, &str, &[Modifier])| {
                statement.goes_with(first) && statement.goes_with(second)
            };
            assert!(STATEMENTS.iter().any(both), "{reason}");
        }
    }
}

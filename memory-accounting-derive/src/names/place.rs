//! Where in the operator's file the fields of a struct or of a variant stand.

use super::serde::{SerdeNames, Tagging};

/// What a setting is called that has no key of its own, until whoever holds it puts the key of the field in its place. No
/// field can be called so.
pub(crate) const OF_THE_HOLDER: &str = "self";

/// Where in the operator's file the fields of a struct or of a variant stand.
pub(crate) struct Place {
    prefix: String,
    /// What stands in front of the keys of fields, the prefix included.
    in_front: String,
    newtype: Option<Newtype>,
}

/// The only field, which has no key of its own.
enum Newtype {
    /// It has that of the field that holds the type.
    OfTheHolder,
    /// It has that of the variant, or of its content, with the prefix in front.
    OfTheVariant(String),
}

/// Under which keys a field and what is in it are known.
pub(crate) struct Known {
    pub(crate) config_key: String,
    /// The name of a component that it declares: its key in this type's part of the file, if it has one of its own.
    pub(crate) component: Option<String>,
    /// What stands in front of the config keys of its own members.
    pub(crate) members_under: String,
}

impl Place {
    pub(crate) fn of_struct(prefix: &str, serde: &SerdeNames, is_newtype: bool) -> Self {
        let newtype = (is_newtype || serde.transparent).then_some(Newtype::OfTheHolder);
        Self { prefix: prefix.to_owned(), in_front: prefix.to_owned(), newtype }
    }

    /// Of the variant called `key` of an enum with this `tagging`.
    pub(crate) fn of_variant(prefix: &str, tagging: &Tagging, key: &str, is_newtype: bool) -> Self {
        let (in_front, key) = match tagging {
            Tagging::External => (format!("{prefix}{key}."), Some(format!("{prefix}{key}"))),
            Tagging::Adjacent(content) => (format!("{prefix}{content}."), Some(format!("{prefix}{content}"))),
            Tagging::Internal | Tagging::Untagged => (prefix.to_owned(), None),
        };
        let newtype = is_newtype.then(|| key.map_or(Newtype::OfTheHolder, Newtype::OfTheVariant));
        Self { prefix: prefix.to_owned(), in_front, newtype }
    }

    /// How a field is known whose name is `renamed` as the type says, or `own` where it says so itself.
    pub(crate) fn known(
        &self,
        own: Option<&str>,
        renamed: &str,
        flattened: bool,
        members_prefix: Option<&str>,
    ) -> Known {
        let config_key = match (own, &self.newtype) {
            (Some(own), _) => format!("{}{own}", self.prefix),
            (None, Some(Newtype::OfTheVariant(key))) => key.clone(),
            (None, Some(Newtype::OfTheHolder)) => self.of_the_holder(),
            (None, None) => format!("{}{renamed}", self.in_front),
        };
        let members_under = match (members_prefix, &self.newtype) {
            (Some(prefix), _) => format!("{}{prefix}", self.in_front),
            (None, Some(Newtype::OfTheHolder)) if own.is_none() => self.in_front.clone(),
            // serde puts the members of a flattened field beside it, whatever it is called.
            (None, None) if flattened && own.is_none() => self.in_front.clone(),
            _ => format!("{config_key}."),
        };
        let component = match (own, &self.newtype) {
            (Some(own), _) => Some(own.to_owned()),
            (None, Some(Newtype::OfTheHolder)) => None,
            (None, _) => config_key.strip_prefix(&self.prefix).map(str::to_owned),
        };
        Known { config_key, component, members_under }
    }

    fn of_the_holder(&self) -> String {
        match self.prefix.trim_end_matches('.') {
            "" => OF_THE_HOLDER.to_owned(),
            prefix => prefix.to_owned(),
        }
    }
}

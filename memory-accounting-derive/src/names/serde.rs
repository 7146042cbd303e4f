//! What serde's attributes say about names.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Meta};

use super::case::RenameRule;

/// What serde's attributes say about names. What is wrong in them is serde's to report, so anything that is not
/// understood is passed over.
#[derive(Default)]
pub(crate) struct SerdeNames {
    /// `rename = "…"` or `rename(deserialize = "…")`
    pub(crate) rename: Option<String>,
    /// `rename_all = "…"` or `rename_all(deserialize = "…")`
    pub(crate) rename_all: Option<RenameRule>,
    /// The same for the fields of an enum's variants.
    pub(crate) rename_all_fields: Option<RenameRule>,
    /// `skip` or `skip_deserializing`: no operator can set it.
    pub(crate) skipped: bool,
    /// `flatten`: its members stand beside it.
    pub(crate) flattened: bool,
    /// `with` or `deserialize_with`: a function of the program's own reads it.
    pub(crate) read_with: Option<String>,
    /// `transparent`: the only field stands in its place.
    pub(crate) transparent: bool,
    /// `from = "…"` or `try_from = "…"`: what the file really holds.
    pub(crate) read_from: Option<String>,
    told_by: ToldBy,
}

/// What the attributes of an enum, or of a variant, say of how variants are told.
#[derive(Default)]
struct ToldBy {
    tag: bool,
    content: Option<String>,
    untagged: bool,
}

/// How an enum's variant is told in the file.
pub(crate) enum Tagging {
    /// By the key that everything of it stands under.
    External,
    /// By a key beside those of its fields.
    Internal,
    /// By a key beside that of its content.
    Adjacent(String),
    /// Not at all.
    Untagged,
}

impl SerdeNames {
    pub(crate) fn read(attributes: &[Attribute]) -> Self {
        let mut names = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            if let Meta::List(list) = &attribute.meta {
                for (key, value) in entries(&list.tokens) {
                    names.note(&key, value);
                }
            }
        }
        names
    }

    /// How the variants are told, where these are the attributes of an enum.
    fn tagging(&self) -> Tagging {
        match &self.told_by {
            ToldBy { untagged: true, .. } => Tagging::Untagged,
            ToldBy { tag: false, .. } => Tagging::External,
            ToldBy { content: Some(content), .. } => Tagging::Adjacent(content.clone()),
            ToldBy { content: None, .. } => Tagging::Internal,
        }
    }

    /// The same for one `variant`, which may be untagged by itself.
    pub(crate) fn tagging_of(&self, variant: &Self) -> Tagging {
        if variant.told_by.untagged { Tagging::Untagged } else { self.tagging() }
    }

    fn note(&mut self, key: &str, value: Value) {
        match key {
            "rename" => self.rename = value.deserialized().or(self.rename.take()),
            "rename_all" => self.rename_all = value.rule().or(self.rename_all),
            "rename_all_fields" => self.rename_all_fields = value.rule().or(self.rename_all_fields),
            "skip" | "skip_deserializing" if matches!(value, Value::Nothing) => self.skipped = true,
            "flatten" if matches!(value, Value::Nothing) => self.flattened = true,
            "transparent" if matches!(value, Value::Nothing) => self.transparent = true,
            "untagged" if matches!(value, Value::Nothing) => self.told_by.untagged = true,
            "tag" => self.told_by.tag |= matches!(value, Value::Text(_)),
            "content" => self.told_by.content = value.deserialized(),
            "with" | "deserialize_with" => self.read_with = value.deserialized(),
            "from" | "try_from" => self.read_from = value.deserialized(),
            _ => {}
        }
    }
}

/// What stands behind a key.
enum Value {
    Nothing,
    Text(String),
    List(TokenStream),
}

impl Value {
    /// The name in force when a configuration is read.
    fn deserialized(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(text),
            Self::List(tokens) => {
                let mut inner = entries(&tokens).into_iter();
                inner.find(|(key, _)| key == "deserialize").and_then(|(_, value)| value.deserialized())
            }
        }
    }

    fn rule(self) -> Option<RenameRule> {
        self.deserialized().and_then(|name| RenameRule::parse(&name).ok())
    }
}

/// The entries between commas that have one of the forms `key`, `key = "text"` and `key(...)`.
fn entries(tokens: &TokenStream) -> Vec<(String, Value)> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let entry = |tokens: &[TokenTree]| match tokens {
        [TokenTree::Ident(key)] => Some((key.to_string(), Value::Nothing)),
        [TokenTree::Ident(key), TokenTree::Punct(equals), value] if equals.as_char() == '=' => {
            let text: syn::LitStr = syn::parse2(TokenStream::from(value.clone())).ok()?;
            Some((key.to_string(), Value::Text(text.value())))
        }
        [TokenTree::Ident(key), TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Some((key.to_string(), Value::List(group.stream())))
        }
        _ => None,
    };
    tokens.split(is_comma).filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_in_serde_is_passed_over() {
        let attributes: syn::DeriveInput = syn::parse_str(
            "#[serde(rename = 3, skip = \"x\", flatten(1), rename_all(serialize = \"UPPERCASE\"))] struct S;",
        )
        .unwrap();
        let names = SerdeNames::read(&attributes.attrs);
        assert!(names.rename.is_none() && names.rename_all.is_none());
        assert!(!names.skipped && !names.flattened);
    }

    #[test]
    fn deserialize_wins() {
        let attributes: syn::DeriveInput =
            syn::parse_str("#[serde(rename(serialize = \"a\", deserialize = \"b\"))] struct S;").unwrap();
        assert_eq!(SerdeNames::read(&attributes.attrs).rename.as_deref(), Some("b"));
    }
}

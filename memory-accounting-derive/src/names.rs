//! Under which key an operator knows a field.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Meta};

use crate::likely::likely;

/// How all fields of a type are renamed, as serde names the cases.
#[derive(Clone, Copy)]
pub(crate) enum RenameRule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: [(&str, RenameRule); 8] = [
    ("lowercase", RenameRule::Lower),
    ("UPPERCASE", RenameRule::Upper),
    ("PascalCase", RenameRule::Pascal),
    ("camelCase", RenameRule::Camel),
    ("snake_case", RenameRule::Snake),
    ("SCREAMING_SNAKE_CASE", RenameRule::ScreamingSnake),
    ("kebab-case", RenameRule::Kebab),
    ("SCREAMING-KEBAB-CASE", RenameRule::ScreamingKebab),
];

impl RenameRule {
    /// The rule that serde calls `name`, or a message that says which there are.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        if let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == name) {
            return Ok(*rule);
        }
        let known = RULES.map(|(known, _)| format!("`{known}`")).join(", ");
        Err(match likely(name, RULES.map(|(known, _)| known)) {
            Some(likely) => {
                format!("there is no case `{name}`; `{likely}` was probably meant. There are {known}")
            }
            None => format!("there is no case `{name}`; there are {known}"),
        })
    }

    /// The key of a field called `name`, which is taken to be in snake case, as serde takes it.
    pub(crate) fn apply(self, name: &str) -> String {
        let pascal = || -> String {
            name.split('_')
                .map(|word| {
                    let mut letters = word.chars();
                    letters
                        .next()
                        .map(|first| first.to_ascii_uppercase())
                        .into_iter()
                        .chain(letters)
                        .collect::<String>()
                })
                .collect()
        };
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(),
            Self::Camel => {
                let pascal = pascal();
                let mut letters = pascal.chars();
                letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
            }
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

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

    fn note(&mut self, key: &str, value: Value) {
        match key {
            "rename" => self.rename = value.deserialized().or(self.rename.take()),
            "rename_all" => self.rename_all = value.rule().or(self.rename_all),
            "rename_all_fields" => self.rename_all_fields = value.rule().or(self.rename_all_fields),
            "skip" | "skip_deserializing" if matches!(value, Value::Nothing) => self.skipped = true,
            "flatten" if matches!(value, Value::Nothing) => self.flattened = true,
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
    fn every_case_names_a_field_as_serde_does() {
        let named = RULES.map(|(_, rule)| rule.apply("max_open_files"));
        let expected = [
            "max_open_files",
            "MAX_OPEN_FILES",
            "MaxOpenFiles",
            "maxOpenFiles",
            "max_open_files",
            "MAX_OPEN_FILES",
            "max-open-files",
            "MAX-OPEN-FILES",
        ];
        assert_eq!(named, expected);
    }

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

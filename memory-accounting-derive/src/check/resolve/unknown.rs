//! The mistake of a word that is no field.

use proc_macro2::Span;

use crate::check::checker::Checker;
use crate::check::scope::Scope;
use crate::check::unsuited::written_name;
use crate::diagnostics::likely;
use crate::input::Field;

/// How others say that there is no limit.
const MEANS_UNLIMITED: [&str; 6] = ["infinite", "infinity", "no_limit", "none", "unbounded", "unrestricted"];

const MOST_LISTED: usize = 12;

impl Checker<'_> {
    pub(super) fn unknown_field(&mut self, word: &str, span: Span, scope: &Scope<'_>) {
        let names: Vec<String> = scope.fields.iter().map(Field::name).collect();
        let is_index = word.starts_with(|letter: char| letter.is_ascii_digit());
        let is_key = |key: &str, field: &Field| {
            format!("`{key}` is the config key of field `{}`; an expression names the field", field.name())
        };
        let message = if let Some(field) = scope.field_with_config_key(word) {
            is_key(word, field)
        } else if let Some(field) = scope.field_with_word_in_config_key(word) {
            if self.shown_config_keys.contains(&field.config_key) {
                return;
            }
            self.shown_config_keys.push(field.config_key.clone());
            is_key(&field.config_key, field)
        } else if MEANS_UNLIMITED.contains(&word) {
            format!("there is no field `{word}`; what has no limit is written `unlimited`")
        } else if let Some(likely) = likely(word, names.iter().map(String::as_str)).filter(|_| !is_index) {
            format!("there is no field `{word}`; `{likely}` was probably meant")
        } else if names.is_empty() {
            format!("there is no field `{word}` here; {}", not_a_field(word))
        } else if is_index {
            format!("there is no field `{word}`; the fields are {}", listed(&names))
        } else if names.iter().any(|name| name == "0") {
            let held: Vec<String> = names.iter().map(|name| format!("`self.{name}.{word}`")).collect();
            format!(
                "there is no field `{word}` here; what a field holds is written {}; {}",
                held.join(" or "),
                not_a_field(word)
            )
        } else {
            format!("there is no field `{word}`; the fields are {}; {}", listed(&names), not_a_field(word))
        };
        self.errors.at(span, message);
    }
}

/// What else a word may be.
fn not_a_field(word: &str) -> String {
    format!("an accessor is called as `self.{word}()`, and a constant is written in upper case or as a path")
}

/// The fields as an expression names them, as many as anybody reads.
fn listed(names: &[String]) -> String {
    let shown: Vec<String> =
        names.iter().take(MOST_LISTED).map(|name| format!("`{}`", written_name(name))).collect();
    match names.len().saturating_sub(MOST_LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

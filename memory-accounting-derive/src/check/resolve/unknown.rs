//! The mistake of a word that is no field.

use proc_macro2::Span;

use crate::check::checker::Checker;
use crate::check::scope::Scope;
use crate::diagnostics::likely;
use crate::input::Field;

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
        } else if names.is_empty() {
            format!(
                "there is no field `{word}` here; only constants, numbers and accessors such as `self.{word}()` can be named"
            )
        } else if names.len() == 1 && names.iter().all(|name| name == "0") && !is_index {
            format!("there is no field `{word}` here; one of what the only field holds is `self.0.{word}`")
        } else if let Some(likely) = likely(word, names.iter().map(String::as_str)).filter(|_| !is_index) {
            format!("there is no field `{word}`; `{likely}` was probably meant")
        } else {
            let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!(
                "there is no field `{word}`; the fields are {known}, and a constant is written in upper case or as a path"
            )
        };
        self.errors.at(span, message);
    }
}

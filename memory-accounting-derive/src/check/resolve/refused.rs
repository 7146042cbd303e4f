//! Fields that no operator can set, or not under a key that is known.

use proc_macro2::Span;

use super::Purpose;
use crate::check::checker::Checker;
use crate::input::Field;

impl Checker<'_> {
    /// Refuses a field that no file has, of which `path` is what was written.
    pub(super) fn refuse_skipped(
        &mut self,
        field: &Field,
        path: &str,
        span: Span,
        purpose: Purpose,
    ) -> Option<()> {
        if !field.serde_skipped || purpose == Purpose::Fixed {
            return Some(());
        }
        let name = field.name();
        let message = format!(
            "serde skips `{name}`, so no operator can set it; use a setting that can be set, or write `constant(\"{name}\", {path})` \
             for a number that nobody sets"
        );
        self.errors.at(span, message);
        None
    }

    /// Asks for the key of a field of a type that is read from another one.
    pub(super) fn refuse_unknown_key(
        &mut self,
        field: &Field,
        span: Span,
        purpose: Purpose,
        key: Option<&String>,
    ) -> Option<()> {
        let Some(read_from) = field.read_from.as_ref().filter(|_| purpose != Purpose::Fixed && key.is_none())
        else {
            return Some(());
        };
        let message = format!(
            "serde reads this type from `{read_from}`, so the file has the keys of that and may have none for `{0}`; say which key stands \
             there with `rename = \"…\"` on the field, or with `rename_all = \"snake_case\"` on the type where the fields are called alike",
            field.name()
        );
        self.errors.at(span, message);
        None
    }
}

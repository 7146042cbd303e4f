//! Fields that no operator can set, or not under a key that is known.

use proc_macro2::Span;

use super::Purpose;
use super::path::key_at;
use crate::check::checker::Checker;
use crate::check::unsuited::{accessor_named, last_word, written_name};
use crate::expression::Segment;
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

    /// Refuses the path `rest` into a field that may be absent, and everything in it with it.
    pub(super) fn refuse_absent(
        &mut self,
        field: &Field,
        rest: &[Segment],
        span: Span,
        key: Option<&String>,
    ) -> Option<()> {
        let absent = last_word(&field.ty).is_some_and(|word| word == "Option");
        if !absent || matches!(rest.first(), None | Some(Segment::Call(_))) {
            return Some(());
        }
        let names: Vec<String> = rest.iter().filter_map(Segment::own_key).collect();
        let accessor =
            names.iter().fold(accessor_named(&field.name()).to_owned(), |all, name| all + "_" + name);
        let path = rest.iter().fold(written_name(&field.name()), |path, segment| path + &segment.written());
        let known = key.cloned().unwrap_or_else(|| key_at((&field.config_key, &field.members_under), rest));
        let message = format!(
            "`{0}` may be absent, and what is in it with it; write `key(\"{known}\", self.{accessor}().unwrap_or(…))` in place of \
             `{path}`, with an accessor `fn {accessor}(&self) -> Option<usize>` and what it then counts as, or `unwrap_or(unlimited)` \
             where it is then not limited; with a `key` in it, the expression stands without quotes",
            field.name()
        );
        self.errors.at(span, message);
        None
    }

    /// Asks for what stands in front of the keys of a part that a function of the program's own flattens.
    pub(in crate::check) fn refuse_unknown_members(&mut self, field: &Field, span: Span) {
        if let Some(function) = &field.members_read_with {
            let message = format!(
                "serde flattens `{0}` with `{function}`, which may have other keys for what is in it; say what stands in front of them with \
                 `prefix = \"{0}_\"`, or `prefix = \"\"` where they are unchanged",
                field.name()
            );
            self.errors.at(span, message);
        }
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

//! The names of subcomponents: each is a place in the tree that one statement declares.

use proc_macro2::Span;

use super::checker::Checker;

impl Checker<'_> {
    /// Notes that the statement at `span` declares the subcomponent `name`.
    pub(super) fn claim_subcomponent(&mut self, name: &str, span: Span) {
        if name.split('.').any(|segment| segment.trim().is_empty()) {
            let message = format!(
                "a name is missing beside a dot in `{name}`; dots nest subcomponents, as in \"negative.short\""
            );
            self.errors.at(span, message);
            return;
        }
        if let Some((_, first)) = self.subcomponents.iter().find(|(known, _)| known == name) {
            self.errors.at(*first, format!("the subcomponent `{name}` is declared here first"));
            self.errors
                .at(span, "and declared again here; name one of them with `subcomponent = \"another_name\"`");
            return;
        }
        self.subcomponents.push((name.to_owned(), span));
    }
}

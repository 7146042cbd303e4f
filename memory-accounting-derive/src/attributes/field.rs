//! The attribute on a field: one statement and what modifies it.

use proc_macro2::Ident;
use syn::Attribute;
use syn::parse::ParseStream;

use super::entries::Entries;
use super::grammar::{Keys, Modifier, Statement};
use super::modifiers::Modifiers;
use super::source::{ItemSize, Source};
use crate::diagnostics::Errors;
use crate::syntax::written;

/// One `#[bounds(...)]` on a field.
#[derive(Default)]
pub(crate) struct FieldAttribute {
    /// The key of the statement, and what it says.
    pub(crate) statement: Option<(Ident, Source)>,
    pub(crate) modifiers: Modifiers,
    /// Something in it is a mistake, so what seems to be missing may have been meant.
    pub(crate) flawed: bool,
}

impl FieldAttribute {
    pub(crate) fn parse(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut parsed = Self::default();
        let before = errors.count();
        let keys = Keys::Field;
        let entries = Entries { keys, example: "per_item = \"capacity\"" };
        entries.of_attribute(attribute, errors, |key, input, errors| parsed.entry(keys, key, input, errors));
        parsed.check(before, errors);
        parsed
    }

    /// Checks that what is said goes together, and notes whether there were mistakes since there were `before`.
    pub(super) fn check(&mut self, before: usize, errors: &mut Errors) {
        let understood = errors.count() == before;
        match &self.statement {
            Some((key, _)) => self.modifiers.check_beside(key, errors),
            None if understood => self.modifiers.check_alone(errors),
            // The statement that is missing may be what is wrong.
            None => {}
        }
        self.apply_or(errors);
        self.flawed = errors.count() > before;
    }

    /// Reads what stands behind `key`, which is one of `keys` or a mistake.
    pub(super) fn entry(
        &mut self,
        keys: Keys<'_>,
        key: Ident,
        input: ParseStream,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        if !keys.names().iter().any(|name| key == name) {
            return Err(keys.unknown(&key));
        }
        if let Some(statement) = Statement::called(&key) {
            let source = Source::parse(statement, &key, input)?;
            self.set_statement(key, source, errors);
            Ok(())
        } else if let Some(modifier) = Modifier::called(&key) {
            self.modifiers.parse(modifier, key, input, errors)
        } else {
            Err(keys.unknown(&key))
        }
    }

    /// Gives what `or` says to the one setting that an expression consists of.
    fn apply_or(&mut self, errors: &mut Errors) {
        let expression = match &mut self.statement {
            Some((_, Source::PerItem(expression) | Source::Bytes(Some(expression)))) => expression,
            Some((_, Source::Sized(sized))) => &mut sized.1,
            _ => return,
        };
        let Some((or, default)) = self.modifiers.or.take() else {
            return;
        };
        if !expression.set_default(default, or.span()) {
            let message = "`or` says what one setting means where it is absent, and the expression is more than that; write \
                `path.unwrap_or(…)` in it";
            errors.at(or.span(), message);
        }
    }

    fn set_statement(&mut self, key: Ident, source: Source, errors: &mut Errors) {
        let Some((first, first_source)) = self.statement.take() else {
            self.statement = Some((key, source));
            return;
        };
        let (first_source, source) = match (first_source, source) {
            (Source::Sizes(container), Source::PerItem(items)) => {
                self.statement = Some((first, Source::Sized(Box::new((container, items)))));
                return;
            }
            (Source::PerItem(items), Source::Sizes(container)) => {
                self.statement = Some((key, Source::Sized(Box::new((container, items)))));
                return;
            }
            both => both,
        };
        match (&first_source, &source) {
            _ if first == key => {
                let remedy = match source {
                    Source::Skip(_) => "remove one",
                    _ => "a second one needs its own `#[bounds(...)]`",
                };
                errors.at(first.span(), format!("`{key}` is given here first"));
                errors.at(key.span(), format!("`{key}` is given twice; {remedy}"));
            }
            (Source::Skip(_), _) => refuse_beside_skip(&first, &key, errors),
            (_, Source::Skip(_)) => refuse_beside_skip(&key, &first, errors),
            _ => {
                errors.at(first.span(), format!("`{first}` is one statement"));
                let together = said_together(&first_source, &source);
                let message =
                    format!("`{key}` is another; each statement needs its own `#[bounds(...)]`{together}");
                errors.at(key.span(), message);
            }
        }
        self.statement = Some((first, first_source));
    }
}

/// How one statement says what two were probably meant to say together.
fn said_together(first: &Source, second: &Source) -> String {
    use Source::{Boxed, Bytes, Items, PerItem, Sizes};
    match (first, second) {
        (PerItem(_) | Items(_) | Sizes(_), Bytes(_)) | (Bytes(_), PerItem(_) | Items(_) | Sizes(_)) => {
            "; the heap bytes that each item owns are `item_bytes = \"…\"` beside the other".to_owned()
        }
        (Items(ItemSize::Type(item)), PerItem(_)) | (PerItem(_), Items(ItemSize::Type(item))) => {
            format!("; so many of a type are `sizes = Vec<{}>, per_item = \"…\"`", written(item))
        }
        (Boxed, PerItem(_)) | (PerItem(_), Boxed) => {
            "; of a container behind a pointer, `per_item` counts the pointer too".to_owned()
        }
        _ => String::new(),
    }
}

/// The mistake of another statement on a field of which `skip` says that nothing is counted.
pub(crate) fn refuse_beside_skip(skip: &Ident, other: &Ident, errors: &mut Errors) {
    errors.at(skip.span(), "`skip` says here that nothing is counted");
    errors.at(other.span(), format!("`{other}` stands beside `skip` on the same field; remove one"));
}

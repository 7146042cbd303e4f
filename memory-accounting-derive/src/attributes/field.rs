//! The attribute on a field: one statement and what modifies it.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Attribute, LitStr, Path, Token, Type};

use super::entries::Entries;
use super::grammar::{Keys, Modifier, Statement};
use super::modifiers::Modifiers;
use super::values::{expression, flag, path, text, ty};
use crate::diagnostics::Errors;
use crate::expression::Expression;

/// One `#[bounds(...)]` on a field.
pub(crate) struct FieldAttribute {
    /// The key of the statement, and what it says.
    pub(crate) statement: Option<(Ident, Source)>,
    pub(crate) modifiers: Modifiers,
    /// Something in it is a mistake, so what seems to be missing may have been meant.
    pub(crate) flawed: bool,
}

/// Where the bytes of a statement come from.
pub(crate) enum Source {
    PerItem(Expression),
    Boxed,
    Bytes(Option<Expression>),
    With(Path),
    Subcomponent(Option<LitStr>),
    Flatten,
    Skip(LitStr),
    Items(Type),
    Sizes(Type),
}

impl FieldAttribute {
    pub(crate) fn parse(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut parsed = Self { statement: None, modifiers: Modifiers::default(), flawed: false };
        let before = errors.count();
        let entries = Entries { keys: Keys::Field, example: "per_item = \"capacity\"" };
        entries.of_attribute(attribute, errors, |key, input, errors| parsed.entry(key, input, errors));
        let understood = errors.count() == before;
        match &parsed.statement {
            Some((key, _)) => parsed.modifiers.check_beside(key, errors),
            None if understood => parsed.modifiers.check_alone(errors),
            // The statement that is missing may be what is wrong.
            None => {}
        }
        parsed.apply_or(errors);
        parsed.flawed = errors.count() > before;
        parsed
    }

    fn entry(&mut self, key: Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<()> {
        if let Some(statement) = Statement::called(&key) {
            let source = Source::parse(statement, &key, input)?;
            self.set_statement(key, source, errors);
            Ok(())
        } else if let Some(modifier) = Modifier::called(&key) {
            self.modifiers.parse(modifier, key, input, errors)
        } else {
            Err(Keys::Field.unknown(&key))
        }
    }

    /// Gives what `or` says to the one setting that an expression consists of.
    fn apply_or(&mut self, errors: &mut Errors) {
        let Some((_, Source::PerItem(expression) | Source::Bytes(Some(expression)))) = &mut self.statement
        else {
            return;
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
        let Some((first, first_source)) = &self.statement else {
            self.statement = Some((key, source));
            return;
        };
        match (first_source, &source) {
            _ if *first == key => {
                let remedy = match source {
                    Source::Skip(_) => "remove one",
                    _ => "a second one needs its own `#[bounds(...)]`",
                };
                errors.at(first.span(), format!("`{key}` is given here first"));
                errors.at(key.span(), format!("`{key}` is given twice; {remedy}"));
            }
            (Source::Skip(_), _) => refuse_beside_skip(first, &key, errors),
            (_, Source::Skip(_)) => refuse_beside_skip(&key, first, errors),
            _ => {
                errors.at(first.span(), format!("`{first}` is one statement"));
                let message = format!("`{key}` is another; each statement needs its own `#[bounds(...)]`");
                errors.at(key.span(), message);
            }
        }
    }
}

/// The mistake of another statement on a field of which `skip` says that nothing is counted.
pub(crate) fn refuse_beside_skip(skip: &Ident, other: &Ident, errors: &mut Errors) {
    errors.at(skip.span(), "`skip` says here that nothing is counted");
    errors.at(other.span(), format!("`{other}` stands beside `skip` on the same field; remove one"));
}

impl Source {
    /// Parses what the key of a statement takes.
    fn parse(statement: Statement, key: &Ident, input: ParseStream) -> syn::Result<Self> {
        let value_follows = input.peek(Token![=]);
        match statement {
            Statement::PerItem => expression(key, input, "\"capacity\"").map(Self::PerItem),
            Statement::Boxed => flag(key, input).map(|()| Self::Boxed),
            Statement::Bytes if value_follows => {
                expression(key, input, "\"max_bytes\"").map(|bytes| Self::Bytes(Some(bytes)))
            }
            Statement::Bytes => flag(key, input).map(|()| Self::Bytes(None)),
            Statement::With => path(key, input, "path::to::function").map(Self::With),
            Statement::Subcomponent if value_follows => {
                text(key, input, "\"name\"").map(|name| Self::Subcomponent(Some(name)))
            }
            Statement::Subcomponent => flag(key, input).map(|()| Self::Subcomponent(None)),
            Statement::Flatten => flag(key, input).map(|()| Self::Flatten),
            Statement::Skip => {
                text(key, input, "\"why it owns no heap or is counted elsewhere\"").map(Self::Skip)
            }
            Statement::Items => ty(key, input, "Event").map(Self::Items),
            Statement::Sizes => ty(key, input, "HashMap<Key, Value>").map(Self::Sizes),
        }
    }
}

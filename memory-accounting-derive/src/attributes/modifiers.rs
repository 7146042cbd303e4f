//! What stands beside a statement.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{LitBool, LitStr, Path, Token, token};

use super::grammar::{EXCLUSIONS, Modifier, Statement};
use super::value_ahead::ValueAhead;
use super::values::{any_text, expression, flag, path, set_once, text};
use crate::diagnostics::Errors;
use crate::expression::Expression;

/// The modifiers of one statement, each with its key.
#[derive(Default)]
pub(crate) struct Modifiers {
    pub(crate) minimum: Option<(Ident, ())>,
    pub(crate) firm: Option<(Ident, ())>,
    pub(crate) grows: Option<(Ident, ())>,
    pub(crate) insert_only: Option<(Ident, ())>,
    pub(crate) headroom: Option<(Ident, ())>,
    pub(crate) item_bytes: Option<(Ident, Expression)>,
    pub(crate) item_skip: Option<(Ident, LitStr)>,
    pub(crate) or: Option<(Ident, Expression)>,
    pub(crate) times: Option<(Ident, Expression)>,
    pub(crate) named: Option<(Ident, Path)>,
    pub(crate) name: Option<(Ident, LitStr)>,
    pub(crate) at_least: Option<(Ident, Expression)>,
    pub(crate) at_most: Option<(Ident, Expression)>,
    pub(crate) rename: Option<(Ident, LitStr)>,
    pub(crate) prefix: Option<(Ident, LitStr)>,
}

impl Modifiers {
    /// Parses what the key of a modifier takes.
    pub(super) fn parse(
        &mut self,
        modifier: Modifier,
        key: Ident,
        input: ParseStream,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match modifier {
            Modifier::Minimum => amount(&key, input).map(|()| set_once(&mut self.minimum, key, (), errors)),
            Modifier::Firm => amount(&key, input).map(|()| set_once(&mut self.firm, key, (), errors)),
            Modifier::Grows => flag(&key, input).map(|()| set_once(&mut self.grows, key, (), errors)),
            Modifier::InsertOnly => {
                flag(&key, input).map(|()| set_once(&mut self.insert_only, key, (), errors))
            }
            Modifier::Headroom => flag(&key, input).map(|()| set_once(&mut self.headroom, key, (), errors)),
            Modifier::ItemBytes => expression(&key, input, "\"max_name_bytes\"")
                .map(|value| set_once(&mut self.item_bytes, key, value, errors)),
            Modifier::ItemSkip => text(&key, input, "\"why the items' heap is not counted here\"")
                .map(|value| set_once(&mut self.item_skip, key, value, errors)),
            Modifier::Or => expression(&key, input, "\"unlimited\"")
                .map(|value| set_once(&mut self.or, key, value, errors)),
            Modifier::Times => expression(&key, input, "\"workers\"")
                .map(|value| set_once(&mut self.times, key, value, errors)),
            Modifier::Named => path(&key, input, "path::to::function")
                .map(|value| set_once(&mut self.named, key, value, errors)),
            Modifier::Name => {
                text(&key, input, "\"cache\"").map(|value| set_once(&mut self.name, key, value, errors))
            }
            Modifier::AtLeast => {
                expression(&key, input, "8192").map(|value| set_once(&mut self.at_least, key, value, errors))
            }
            Modifier::AtMost => {
                expression(&key, input, "64 KiB").map(|value| set_once(&mut self.at_most, key, value, errors))
            }
            Modifier::Prefix => {
                any_text(&key, input, "\"read_\"").map(|value| set_once(&mut self.prefix, key, value, errors))
            }
            Modifier::Rename => text(&key, input, "\"the_config_key\"")
                .map(|value| set_once(&mut self.rename, key, value, errors)),
        }
    }

    /// The key of `modifier`, where it was given.
    fn key_of(&self, modifier: Modifier) -> Option<&Ident> {
        match modifier {
            Modifier::Minimum => key(self.minimum.as_ref()),
            Modifier::Firm => key(self.firm.as_ref()),
            Modifier::Grows => key(self.grows.as_ref()),
            Modifier::InsertOnly => key(self.insert_only.as_ref()),
            Modifier::Headroom => key(self.headroom.as_ref()),
            Modifier::ItemBytes => key(self.item_bytes.as_ref()),
            Modifier::ItemSkip => key(self.item_skip.as_ref()),
            Modifier::Or => key(self.or.as_ref()),
            Modifier::Times => key(self.times.as_ref()),
            Modifier::Named => key(self.named.as_ref()),
            Modifier::Name => key(self.name.as_ref()),
            Modifier::AtLeast => key(self.at_least.as_ref()),
            Modifier::AtMost => key(self.at_most.as_ref()),
            Modifier::Prefix => key(self.prefix.as_ref()),
            Modifier::Rename => key(self.rename.as_ref()),
        }
    }

    fn given(&self) -> impl Iterator<Item = (Modifier, &Ident)> {
        Modifier::all().filter_map(|modifier| Some((modifier, self.key_of(modifier)?)))
    }

    /// Refuses those that do not go with `statement`, and those that exclude each other.
    pub(super) fn check_beside(&self, statement: &Ident, errors: &mut Errors) {
        for (modifier, key) in self.given() {
            if !Statement::called(statement).is_some_and(|known| known.goes_with(modifier)) {
                let with = modifier.statements();
                errors.at(key.span(), format!("`{key}` does not go with `{statement}`; it goes with {with}"));
            }
        }
        for (first, second, reason) in EXCLUSIONS {
            if let (Some(first), Some(second)) = (self.key_of(first), self.key_of(second)) {
                errors.at(first.span(), format!("`{first}` excludes `{second}`: {reason}"));
                errors.at(second.span(), format!("`{second}` excludes `{first}`: remove one"));
            }
        }
    }

    /// Without a statement, modifiers change nothing, save for those that say how a field, or what is in it, is known, and which values it has.
    pub(super) fn check_alone(&self, errors: &mut Errors) {
        let is_of_the_field = |modifier| {
            matches!(modifier, Modifier::Rename | Modifier::Prefix | Modifier::AtLeast | Modifier::AtMost)
        };
        for (modifier, key) in self.given().filter(|(modifier, _)| !is_of_the_field(*modifier)) {
            let with = modifier.statements();
            let message =
                format!("`{key}` modifies a statement, but there is none beside it; it goes with {with}");
            errors.at(key.span(), message);
        }
    }
}

fn key<T>(given: Option<&(Ident, T)>) -> Option<&Ident> {
    given.map(|(key, _)| key)
}

/// `minimum` and `firm` stand alone on a field; on the type they are a list.
fn amount(key: &Ident, input: ParseStream) -> syn::Result<()> {
    if input.peek(token::Paren) {
        let message = format!(
            "`{key}(...)` declares memory that no field owns and belongs on the type, above `struct` or `enum`; on a \
             field, `{key}` stands alone beside a statement, as in `bytes = \"max_bytes\", {key}`"
        );
        return Err(syn::Error::new(key.span(), message));
    }
    match ValueAhead::of(input) {
        Some(value) if input.peek(Token![=]) && !input.peek2(LitBool) => {
            let value = value.written_as("4096");
            Err(input.error(format!(
                "`{key}` takes no value: write how much beside it, as in `bytes = {value}, {key}`"
            )))
        }
        _ => flag(key, input),
    }
}

//! What stands behind a key.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{LitInt, LitStr, Path, Token, Type, token};

use super::value_ahead::ValueAhead;
use crate::diagnostics::Errors;
use crate::expression::{Expression, parse_expression};
use crate::syntax::{expression_path, nesting, whole_type, written};

/// Keeps what `key` says; a second time is a mistake that names both places.
pub(super) fn set_once<T>(slot: &mut Option<(Ident, T)>, key: Ident, value: T, errors: &mut Errors) {
    match slot {
        Some((first, _)) => {
            errors.at(first.span(), format!("`{key}` is given here first"));
            errors.at(key.span(), format!("`{key}` is given twice; remove one"));
        }
        None => *slot = Some((key, value)),
    }
}

/// Refuses anything behind a key that stands alone.
pub(super) fn flag(key: &Ident, input: ParseStream) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    if input.peek(Token![=]) || input.peek(token::Paren) {
        return Err(input.error(format!("`{key}` takes no value: write `{key}` alone")));
    }
    Err(input.error(format!("`{key}` stands alone; put a comma behind it, or remove what follows")))
}

/// `= "text"`, which must not be empty; `example` shows how.
pub(super) fn text(key: &Ident, input: ParseStream, example: &str) -> syn::Result<LitStr> {
    let literal = any_text(key, input, example)?;
    if literal.value().trim().is_empty() {
        return Err(syn::Error::new(literal.span(), format!("`{key}` is empty: write `{key} = {example}`")));
    }
    Ok(literal)
}

/// `= "text"`, which may be empty
pub(super) fn any_text(key: &Ident, input: ParseStream, example: &str) -> syn::Result<LitStr> {
    equals(key, input, example)?;
    string(key, input, example)
}

/// A string, after the `=`.
pub(super) fn string(key: &Ident, input: ParseStream, example: &str) -> syn::Result<LitStr> {
    let span = next_span(key, input);
    let value =
        ValueAhead::of_words(input).map_or_else(|| example.to_owned(), |value| value.written_as(example));
    input
        .parse()
        .map_err(|_| syn::Error::new(span, format!("`{key}` takes a string: write `{key} = {value}`")))
}

/// Where to show that what stands next is wrong: at the key where nothing does.
fn next_span(key: &Ident, input: ParseStream) -> Span {
    if input.is_empty() { key.span() } else { input.span() }
}

/// `= EXPR`
pub(super) fn expression(key: &Ident, input: ParseStream, example: &str) -> syn::Result<Expression> {
    equals(key, input, example)?;
    parse_expression(input, key.span())
}

/// `= Type`
pub(super) fn ty(key: &Ident, input: ParseStream, example: &str) -> syn::Result<Type> {
    equals(key, input, example)?;
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        let quoted = literal.value();
        nesting::check_text(&quoted, literal.span())?;
        let message = if is_setting(&quoted) {
            format!(
                "`{key}` takes a type, as in `{key} = {example}`; how many items there are at most is `per_item = \"{quoted}\"`"
            )
        } else {
            let understood =
                syn::parse_str::<Type>(&quoted).is_ok() || (key == "items" && is_number(&quoted));
            let meant = if understood { &quoted } else { example };
            format!("`{key}` takes a type without quotes: write `{key} = {meant}`")
        };
        return Err(syn::Error::new(literal.span(), message));
    }
    let span = next_span(key, input);
    let ahead = input.fork();
    let parsed = whole_type(input);
    let complete = parsed.is_some() && (input.is_empty() || input.peek(Token![,]));
    if let Some(expression) = (!complete).then(|| written_expression(&ahead)).flatten() {
        let message = format!(
            "`{key}` takes a type, as in `{key} = {example}`; how many items there are at most is `per_item = {expression}`"
        );
        return Err(syn::Error::new(span, message));
    }
    parsed.ok_or_else(|| syn::Error::new(span, format!("`{key}` takes a type: write `{key} = {example}`")))
}

/// What stands next, if it is an expression.
fn written_expression(input: ParseStream) -> Option<String> {
    let behind = input.fork();
    parse_expression(&behind, Span::call_site()).ok()?;
    let mut tokens = TokenStream::new();
    while input.cursor() != behind.cursor() {
        tokens.extend([input.parse::<TokenTree>().ok()?]);
    }
    Some(written(&tokens))
}

/// Whether the text is written as a setting is and not as a type: one word in lower case that is no type of the language, or arithmetic.
fn is_setting(text: &str) -> bool {
    let primitive = ["bool", "char", "f32", "f64", "str", "usize", "isize"].contains(&text)
        || text.strip_prefix(['u', 'i']).is_some_and(|bits| bits.parse::<u8>().is_ok());
    let word = !primitive
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let arithmetic = || {
        let expression = |input: ParseStream| parse_expression(input, Span::call_site());
        syn::parse_str::<Type>(text).is_err() && !is_number(text) && expression.parse_str(text).is_ok()
    };
    word || arithmetic()
}

fn is_number(text: &str) -> bool {
    syn::parse_str::<LitInt>(text).is_ok()
}

/// `= path`, also in quotes, as serde writes it.
pub(super) fn path(key: &Ident, input: ParseStream, example: &str) -> syn::Result<Path> {
    equals(key, input, example)?;
    let span = next_span(key, input);
    let wrong = |_| syn::Error::new(span, format!("`{key}` takes a path: write `{key} = {example}`"));
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        nesting::check_text(&literal.value(), literal.span())?;
        return literal.parse_with(expression_path).map_err(wrong);
    }
    let path = input.call(expression_path).map_err(wrong)?;
    if input.peek(token::Paren) {
        let message = format!("`{key}` takes the function and calls it: leave out its arguments");
        return Err(syn::Error::new(span, message));
    }
    Ok(path)
}

pub(super) fn equals(key: &Ident, input: ParseStream, example: &str) -> syn::Result<()> {
    if input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]) {
        return input.parse::<Token![=]>().map(|_| ());
    }
    let (what, value) = match ValueAhead::of(input) {
        Some(value) => ("takes its value behind an `=`", value.written_as(example)),
        None => ("needs a value", example.to_owned()),
    };
    let span = if input.peek(token::Paren) { input.span() } else { key.span() };
    Err(syn::Error::new(span, format!("`{key}` {what}: write `{key} = {value}`")))
}

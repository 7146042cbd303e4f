//! The entries of one attribute, separated by commas.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, LitStr, Meta, Path, Token, Type, token};

use crate::errors::Errors;
use crate::expression::{Expression, parse_expression};
use crate::likely::likely;

/// Calls `entry` with each key of `attribute`, the input standing behind the key. After a mistake it goes on with
/// the next entry, so that all mistakes are seen.
pub(super) fn each_entry(
    attribute: &Attribute,
    errors: &mut Errors,
    mut entry: impl FnMut(Ident, ParseStream, &mut Errors) -> syn::Result<()>,
) {
    let Meta::List(list) = &attribute.meta else {
        errors.over(
            &attribute.meta,
            "write `#[bounds(...)]`, for example `#[bounds(per_item = \"capacity\")]`",
        );
        return;
    };
    if list.tokens.is_empty() {
        errors.over(
            &attribute.meta,
            "the attribute says nothing; write for example `#[bounds(per_item = \"capacity\")]`",
        );
        return;
    }
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            let parsed = if input.peek(Ident::peek_any) {
                let key = input.call(Ident::parse_any)?;
                entry(key, input, errors)
            } else {
                Err(input.error("a key must stand here, for example `per_item = \"capacity\"`"))
            };
            let parsed = parsed.and_then(|()| {
                if input.is_empty() || input.peek(Token![,]) {
                    Ok(())
                } else {
                    Err(input.error("a comma is missing, or this does not belong here"))
                }
            });
            if let Err(error) = parsed {
                errors.push(error);
            }
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<TokenTree>()?;
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(list.tokens.clone()) {
        errors.push(error);
    }
}

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
    Err(input.error(format!("`{key}` stands alone; put a comma behind it, or remove what follows")))
}

/// `= "text"`, which must not be empty; `example` shows how.
pub(super) fn text(key: &Ident, input: ParseStream, example: &str) -> syn::Result<LitStr> {
    equals(key, input, example)?;
    let literal: LitStr = input.parse().map_err(|error| {
        syn::Error::new(error.span(), format!("`{key}` takes a string: write `{key} = {example}`"))
    })?;
    if literal.value().trim().is_empty() {
        return Err(syn::Error::new(literal.span(), format!("`{key}` is empty: write `{key} = {example}`")));
    }
    Ok(literal)
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
        let message = format!("`{key}` takes a type without quotes: write `{key} = {example}`");
        return Err(input.error(message));
    }
    input.parse().map_err(|error| {
        syn::Error::new(error.span(), format!("`{key}` takes a type: write `{key} = {example}`"))
    })
}

/// `= path`, also in quotes, as serde writes it.
pub(super) fn path(key: &Ident, input: ParseStream, example: &str) -> syn::Result<Path> {
    equals(key, input, example)?;
    let wrong = |error: syn::Error| {
        syn::Error::new(error.span(), format!("`{key}` takes a path: write `{key} = {example}`"))
    };
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        return literal.parse_with(Path::parse_mod_style).map_err(wrong);
    }
    input.call(Path::parse_mod_style).map_err(wrong)
}

fn equals(key: &Ident, input: ParseStream, example: &str) -> syn::Result<()> {
    if input.peek(Token![=]) && !input.peek(Token![==]) {
        return input.parse::<Token![=]>().map(|_| ());
    }
    let message = format!("`{key}` needs a value: write `{key} = {example}`");
    let span = if input.peek(token::Paren) { input.span() } else { key.span() };
    Err(syn::Error::new(span, message))
}

/// The mistake of a key that does not exist `here`, with the one that was probably meant. `elsewhere` are keys
/// that exist, but belong on something else, which `elsewhere_is` names.
pub(super) fn unknown_key(
    key: &Ident,
    (here, here_is): (&[&str], &str),
    (elsewhere, elsewhere_is): (&[&str], &str),
) -> syn::Error {
    let written = key.to_string();
    let known = here.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let message = if elsewhere.contains(&written.as_str()) {
        format!("`{written}` belongs on {elsewhere_is}; on {here_is} there are {known}")
    } else if let Some(likely) = likely(&written, here.iter().copied()) {
        format!("there is no key `{written}`; `{likely}` was probably meant. On {here_is} there are {known}")
    } else {
        format!("there is no key `{written}`; on {here_is} there are {known}")
    };
    syn::Error::new(key.span(), message)
}

//! What messages about expressions have in common.

use proc_macro2::{Delimiter, Span, TokenTree};
use syn::parse::ParseStream;

use super::instead;
use crate::expression::tree::Expression;

/// What an expression may be made of; ends messages where nothing more is known of what was meant.
pub(super) const ALLOWED: &str = "an expression is made of fields, dotted paths, accessors without arguments, \
    constants, integers, also in `KiB`, `MiB` and `GiB`, `size_of::<T>()`, `+ - * /`, `max(a, b)`, `min(a, b)`, `path.unwrap_or(…)`, \
    `unlimited`, `key(\"name\", path)`, `constant(\"name\", path)` and parentheses";

/// The mistake of something that has no place behind `left`, or, without it, where an operand must stand.
pub(super) fn unexpected(left: Option<&Expression>, input: ParseStream) -> syn::Error {
    if input.is_empty() {
        return input.error(format!("the expression ends too early; {ALLOWED}"));
    }
    let instead = match left {
        Some(left) => instead::behind(left, input),
        None => instead::at_start(input),
    };
    if let Some(message) = instead {
        return input.error(message);
    }
    let mut found = String::new();
    if let Ok(token) = input.fork().parse::<TokenTree>() {
        found = match token {
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Brace => "{ … }".to_owned(),
                Delimiter::Bracket => "[ … ]".to_owned(),
                _ => "( … )".to_owned(),
            },
            other => other.to_string(),
        };
    }
    input.error(format!("`{found}` has no place here; {ALLOWED}"))
}

/// syn reports the end of the input nowhere in particular and says so first; this shows it at `span`.
pub(super) fn at_end(error: syn::Error, span: Span) -> syn::Error {
    match error.to_string().strip_prefix("unexpected end of input, ") {
        Some(message) => syn::Error::new(span, message),
        None => error,
    }
}

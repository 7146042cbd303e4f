//! What messages about expressions have in common.

use proc_macro2::{Delimiter, Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitInt, Token};

/// What an expression may be made of; ends every message about something else.
pub(super) const ALLOWED: &str = "an expression is made of fields, dotted paths, accessors without arguments, \
    constants, integers, also in `KiB`, `MiB` and `GiB`, `size_of::<T>()`, `+ - * /`, `max(a, b)`, `min(a, b)`, `path.unwrap_or(…)`, \
    `unlimited`, `key(\"name\", path)`, `constant(\"name\", path)` and parentheses";

/// The mistake of something that has no place here.
pub(super) fn unexpected(input: ParseStream) -> syn::Error {
    if input.is_empty() {
        return input.error(format!("the expression ends too early; {ALLOWED}"));
    }
    if let Some(message) = shift(input).or_else(|| unit(input)) {
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

/// What to write in place of the `<< n` or `>> n` that stands next.
fn shift(input: ParseStream) -> Option<String> {
    let ahead = input.fork();
    let (operator, product) = if input.peek(Token![<<]) {
        ahead.parse::<Token![<<]>().ok()?;
        ("<<", "*")
    } else {
        ahead.parse::<Token![>>]>().ok()?;
        (">>", "/")
    };
    let bits = ahead.parse::<LitInt>().ok().and_then(|bits| bits.base10_parse::<u32>().ok());
    Some(match bits.and_then(|bits| Some((bits, 1_u64.checked_shl(bits)?))) {
        Some((bits, factor)) => {
            let factor = match factor {
                0x400 => "1 KiB".to_owned(),
                0x10_0000 => "1 MiB".to_owned(),
                0x4000_0000 => "1 GiB".to_owned(),
                factor => factor.to_string(),
            };
            format!("write `{product} {factor}` in place of `{operator} {bits}`; {ALLOWED}")
        }
        None => format!("`{operator}` has no place here: write `{product}` and a power of two; {ALLOWED}"),
    })
}

/// What to write in place of a unit behind something that is no number.
fn unit(input: ParseStream) -> Option<String> {
    let word = input.fork().call(Ident::parse_any).ok()?.to_string();
    super::integer::is_unit(&word)
        .then(|| format!("a unit stands behind a number: write `* 1 {word}` in place of `{word}`"))
}

/// syn reports the end of the input nowhere in particular and says so first; this shows it at `span`.
pub(super) fn at_end(error: syn::Error, span: Span) -> syn::Error {
    match error.to_string().strip_prefix("unexpected end of input, ") {
        Some(message) => syn::Error::new(span, message),
        None => error,
    }
}

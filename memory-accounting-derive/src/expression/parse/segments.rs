//! What stands behind the first word of a path, each after a dot.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, Token, token};

use super::arithmetic::whole;
use super::calls::of_method;
use crate::expression::tree::{Expression, Segment};
use crate::syntax::{name, parenthesised};

/// How many segments a path may have; each is a level for the compiler, and no configuration nests like that.
const MOST_SEGMENTS: usize = 32;

/// Fields and accessors, and what the setting at their end counts as where it is absent.
pub(super) struct Rest {
    pub(super) segments: Vec<Segment>,
    pub(super) default: Option<Expression>,
}

/// Parses what stands behind the first word, up to and with an `unwrap_or`.
pub(super) fn rest(input: ParseStream, depth: usize) -> syn::Result<Rest> {
    let segments = segments(input)?;
    if !unwrap_or_is_next(input) {
        return Ok(Rest { segments, default: None });
    }
    input.parse::<Token![.]>()?;
    let unwrap_or = name(input)?;
    let usage = "write `unwrap_or(EXPR)` with what the setting counts as where it is absent";
    let default = parenthesised(input, |content| {
        if content.is_empty() {
            return Err(syn::Error::new(unwrap_or.span(), usage));
        }
        whole(content, depth.saturating_add(1))
    })?;
    if input.peek(Token![.]) {
        return Err(input.error("`unwrap_or` ends a path; conversions stand in front of it, in an accessor"));
    }
    Ok(Rest { segments, default: Some(default) })
}

fn unwrap_or_is_next(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![.]>().is_ok()
        && ahead.call(Ident::parse_any).is_ok_and(|name| name == "unwrap_or")
        && ahead.peek(token::Paren)
}

/// Parses fields and accessors, each after a dot, up to an `unwrap_or`.
pub(super) fn segments(input: ParseStream) -> syn::Result<Vec<Segment>> {
    let mut rest = Vec::new();
    while input.peek(Token![.]) && !unwrap_or_is_next(input) {
        if input.peek(Token![..]) {
            // Whoever reads on behind the path says so.
            break;
        }
        if rest.len() >= MOST_SEGMENTS {
            let message = format!("a path has at most {MOST_SEGMENTS} segments; write an accessor for it");
            return Err(input.error(message));
        }
        input.parse::<Token![.]>()?;
        if input.peek(Lit) {
            rest.extend(indices(&input.parse()?)?);
        } else if input.peek(Ident::peek_any) {
            let name = name(input)?;
            rest.push(if input.peek(token::Paren) { call(name, input)? } else { Segment::Field(name) });
        } else {
            return Err(input.error("a field or an accessor must follow the dot, as in `config.capacity`"));
        }
    }
    Ok(rest)
}

/// An accessor, which takes no arguments and does not panic.
fn call(name: Ident, input: ParseStream) -> syn::Result<Segment> {
    let without_arguments = parenthesised(input, |content| Ok(content.is_empty()))?;
    let message = match name.to_string().as_str() {
        "unwrap" | "expect" => format!(
            "`{name}` panics where the setting is absent; write `unwrap_or(EXPR)` in its place, with what it then counts \
             as, or `unwrap_or(unlimited)` where it is then not limited"
        ),
        _ if without_arguments => return Ok(Segment::Call(name)),
        "unwrap_or_else" | "map_or" | "map_or_else" => format!(
            "`{name}` takes a closure, and an expression is arithmetic; write `unwrap_or(EXPR)` in its place, with what the setting \
             counts as where it is absent"
        ),
        _ => of_method(&name),
    };
    Err(syn::Error::new(name.span(), message))
}

/// `.0`, or `.0.1`, which Rust reads as one number.
fn indices(literal: &Lit) -> syn::Result<Vec<Segment>> {
    let (digits, suffix) = match literal {
        Lit::Int(index) => (index.base10_digits().to_owned(), index.suffix().to_owned()),
        Lit::Float(indices) => (indices.base10_digits().to_owned(), indices.suffix().to_owned()),
        _ => (String::new(), String::new()),
    };
    let parsed: Option<Vec<u32>> = digits.split('.').map(|index| index.parse().ok()).collect();
    match parsed {
        Some(indices) if suffix.is_empty() => {
            Ok(indices.into_iter().map(|index| Segment::Index(index, literal.span())).collect())
        }
        _ => {
            Err(syn::Error::new(literal.span(), "a field or an accessor must follow the dot, as in `self.0`"))
        }
    }
}

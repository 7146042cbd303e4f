//! The parser: Rust's precedence over the few forms that size expressions have.

mod mistakes;
mod instead;
mod calls;
mod fractions;
mod integer;
mod segments;
mod words;
mod arithmetic;

use std::cmp::Ordering;

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{LitStr, Token};

use self::arithmetic::{sum, whole};
use self::mistakes::{ALLOWED, at_end, unexpected};
use super::tree::Expression;
use crate::syntax::nesting;

/// Parses a whole expression from bare tokens, up to a comma or the end, or from one string literal. A mistake at
/// the very end, where no token is left to underline, is shown at `before`.
pub(crate) fn parse_expression(input: ParseStream, before: Span) -> syn::Result<Expression> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(before, format!("an expression is missing; {ALLOWED}")));
    }
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        if input.peek(Token![;]) {
            return Err(input.error("a comma stands between two keys, and not a `;`"));
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error(
                "unexpected after the string: write the whole expression inside it, or without quotes",
            ));
        }
        return parse_literal(&literal);
    }
    let expression = sum(input, 0).map_err(|error| at_end(error, before))?;
    if input.is_empty() || input.peek(Token![,]) {
        Ok(expression)
    } else {
        Err(unexpected(Some(&expression), input))
    }
}

/// Parses an expression that is written inside a string. Mistakes underline the literal and quote the word.
fn parse_literal(literal: &LitStr) -> syn::Result<Expression> {
    let text = literal.value();
    if text.trim().is_empty() {
        return Err(syn::Error::new(literal.span(), format!("the expression is empty; {ALLOWED}")));
    }
    nesting::check_text(&text, literal.span())?;
    if is_placeholder(&text) {
        let message = format!("write an expression in place of `{text}`; {ALLOWED}");
        return Err(syn::Error::new(literal.span(), message));
    }
    // Only a text that is not made of tokens at all fails before the parser has seen any.
    let mut started = false;
    let parsed = literal.parse_with(|input: ParseStream| {
        started = true;
        whole(input, 0)
    });
    if started {
        return parsed.map_err(|error| at_end(error, literal.span()));
    }
    let count = |letter: char| text.matches(letter).count();
    let message = match count('(').cmp(&count(')')) {
        Ordering::Equal => format!("`{text}` is not made of Rust tokens; {ALLOWED}"),
        Ordering::Greater => format!("a `)` is missing in `{text}`"),
        Ordering::Less => format!("a `(` is missing in `{text}`"),
    };
    Err(syn::Error::new(literal.span(), message))
}

/// Whether the text is taken over from a message of ours, which says in words what to write there.
fn is_placeholder(text: &str) -> bool {
    let are_words = text.split_whitespace().all(|word| word.chars().all(char::is_alphabetic));
    text == "…" || text == "..." || (are_words && text.split_whitespace().nth(2).is_some())
}

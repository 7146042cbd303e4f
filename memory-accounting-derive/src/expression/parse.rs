//! The parser: Rust's precedence over the few forms that size expressions have.

mod words;

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Lit, LitInt, LitStr, Token, token};

use crate::nesting;
use crate::parenthesised::parenthesised;

use self::words::word;
use super::{Expression, Operator};

/// What an expression may be made of; ends every message about something else.
const ALLOWED: &str = "an expression is made of fields, dotted paths, accessors without arguments, \
    constants, integers, `size_of::<T>()`, `+ - * /`, `max(a, b)`, `min(a, b)`, `key(\"name\", path)` and parentheses";

/// How many parentheses may stand inside each other; far above what a reader could follow.
const DEEPEST: usize = 48;

/// How many levels an expression may have while it is read, so that no text exhausts the stack; far above what can be
/// reported.
const MOST_LEVELS: usize = 200;

/// How many operands may stand in a row: they are put on the stack together when the expression is built.
const MOST_OPERANDS: usize = 1000;

/// Parses a whole expression from bare tokens, up to a comma or the end, or from one string literal. A mistake at
/// the very end, where no token is left to underline, is shown at `before`.
pub(crate) fn parse_expression(input: ParseStream, before: Span) -> syn::Result<Expression> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(before, format!("an expression is missing; {ALLOWED}")));
    }
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error(
                "unexpected after the string: write the whole expression inside it, or without quotes",
            ));
        }
        return parse_literal(&literal);
    }
    let expression = sum(input, 0).map_err(|error| at_end(error, before))?;
    if input.is_empty() || input.peek(Token![,]) { Ok(expression) } else { Err(unexpected(input)) }
}

/// syn reports the end of the input nowhere in particular and says so first; this shows it at `span`.
fn at_end(error: syn::Error, span: Span) -> syn::Error {
    match error.to_string().strip_prefix("unexpected end of input, ") {
        Some(message) => syn::Error::new(span, message),
        None => error,
    }
}

/// Parses an expression that is written inside a string. Mistakes underline the literal and quote the word.
fn parse_literal(literal: &LitStr) -> syn::Result<Expression> {
    let text = literal.value();
    if text.trim().is_empty() {
        return Err(syn::Error::new(literal.span(), format!("the expression is empty; {ALLOWED}")));
    }
    nesting::check_text(&text, literal.span())?;
    // Only a text that is not made of tokens at all fails before the parser has seen any.
    let mut started = false;
    let parsed = literal.parse_with(|input: ParseStream| {
        started = true;
        whole(input, 0)
    });
    if started {
        return parsed.map_err(|error| at_end(error, literal.span()));
    }
    Err(syn::Error::new(literal.span(), format!("`{text}` is not made of Rust tokens; {ALLOWED}")))
}

fn sum(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    let mut left = product(input, depth)?;
    loop {
        if input.peek(Token![+]) && !input.peek(Token![+=]) {
            input.parse::<Token![+]>()?;
            left = grown(left.combined(Operator::Sum, product(input, depth)?), input)?;
        } else if input.peek(Token![-]) && !input.peek(Token![-=]) && !input.peek(Token![->]) {
            input.parse::<Token![-]>()?;
            left = nested(Expression::Difference(Box::new([left, product(input, depth)?])), input)?;
        } else {
            return Ok(left);
        }
    }
}

fn product(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    let mut left = operand(input, depth)?;
    loop {
        if input.peek(Token![*]) && !input.peek(Token![*=]) {
            input.parse::<Token![*]>()?;
            left = grown(left.combined(Operator::Product, operand(input, depth)?), input)?;
        } else if input.peek(Token![/]) && !input.peek(Token![/=]) {
            input.parse::<Token![/]>()?;
            left = nested(Expression::Quotient(Box::new([left, operand(input, depth)?])), input)?;
        } else {
            return Ok(left);
        }
    }
}

/// The sum or product, unless it has too many operands to go on.
fn grown(expression: Expression, input: ParseStream) -> syn::Result<Expression> {
    if let Expression::Many { operands, .. } = &expression {
        check_count(operands, input)?;
    }
    Ok(expression)
}

fn check_count(operands: &[Expression], input: ParseStream) -> syn::Result<()> {
    if operands.len() > MOST_OPERANDS {
        return Err(input.error(format!(
            "more than {MOST_OPERANDS} operands stand in a row; give parts of it a name with accessors"
        )));
    }
    Ok(())
}

/// The expression, unless it has too many levels to go on.
fn nested(expression: Expression, input: ParseStream) -> syn::Result<Expression> {
    if expression.depth() > MOST_LEVELS {
        let message = format!(
            "the expression has more than {MOST_LEVELS} levels; give parts of it a name with accessors"
        );
        return Err(input.error(message));
    }
    Ok(expression)
}

fn operand(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    if depth > DEEPEST {
        return Err(
            input.error(format!("more than {DEEPEST} levels of parentheses; give a part a name of its own"))
        );
    }
    if input.is_empty() || input.peek(Token![,]) {
        return Err(input.error(format!("the expression ends too early; {ALLOWED}")));
    }
    if let Some((TokenTree::Group(group), _)) = input.cursor().token_tree() {
        // `$e:expr` of `macro_rules` arrives in a group without delimiters, into which `peek` looks.
        if group.delimiter() == proc_macro2::Delimiter::None {
            input.parse::<TokenTree>()?;
            return syn::parse::Parser::parse2(
                |content: ParseStream| whole(content, depth + 1),
                group.stream(),
            );
        }
    }
    if input.peek(Token![-]) {
        return Err(
            input.error(format!("a size is never negative; `-` stands between two operands; {ALLOWED}"))
        );
    }
    if let Some(operator) = ["+", "*", "/"].into_iter().find(|operator| is_next(input, operator)) {
        return Err(input.error(format!("an operand is missing before `{operator}`")));
    }
    if input.peek(Lit) {
        return integer(input);
    }
    if input.peek(token::Paren) {
        return parenthesised(input, |content| whole(content, depth + 1));
    }
    if input.peek(Ident::peek_any) || input.peek(Token![::]) || input.peek(Token![<]) {
        return word(input, depth);
    }
    Err(unexpected(input))
}

fn is_next(input: ParseStream, punctuation: &str) -> bool {
    matches!(input.cursor().punct(), Some((punct, _)) if punctuation.starts_with(punct.as_char()))
}

fn integer(input: ParseStream) -> syn::Result<Expression> {
    let literal: Lit = input.parse()?;
    let Lit::Int(integer) = literal else {
        let what = match literal {
            Lit::Float(_) => "a size is a whole number",
            Lit::Str(_) => "a string cannot stand inside an expression",
            _ => "only integers can stand here",
        };
        return Err(syn::Error::new(literal.span(), format!("{what}; {ALLOWED}")));
    };
    check_suffix(&integer)?;
    let Ok(value) = integer.base10_parse::<u64>() else {
        return Err(syn::Error::new(integer.span(), format!("`{integer}` does not fit 64 bits")));
    };
    let most = match integer.suffix() {
        "u8" => u8::MAX.into(),
        "u16" => u16::MAX.into(),
        "u32" => u32::MAX.into(),
        _ => u64::MAX,
    };
    if value > most {
        let message =
            format!("`{integer}` does not fit `{}`: write `{value}` without a suffix", integer.suffix());
        return Err(syn::Error::new(integer.span(), message));
    }
    Ok(Expression::Integer { value, span: integer.span() })
}

fn check_suffix(integer: &LitInt) -> syn::Result<()> {
    match integer.suffix() {
        "" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => {}
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            let message = format!("a size is never negative; write `{}usize`", integer.base10_digits());
            return Err(syn::Error::new(integer.span(), message));
        }
        suffix => {
            let message = format!("`{suffix}` is not an integer type; write the number of bytes or items");
            return Err(syn::Error::new(integer.span(), message));
        }
    }
    Ok(())
}

/// A sum that is all there is in `content`.
fn whole(content: ParseStream, depth: usize) -> syn::Result<Expression> {
    let expression = sum(content, depth)?;
    if content.is_empty() { Ok(expression) } else { Err(unexpected(content)) }
}

/// The mistake of something that has no place here.
fn unexpected(input: ParseStream) -> syn::Error {
    if input.is_empty() {
        return input.error(format!("the expression ends too early; {ALLOWED}"));
    }
    let mut found = String::new();
    if let Ok(token) = input.fork().parse::<TokenTree>() {
        found = match token {
            TokenTree::Group(group) => match group.delimiter() {
                proc_macro2::Delimiter::Brace => "{ … }".to_owned(),
                proc_macro2::Delimiter::Bracket => "[ … ]".to_owned(),
                _ => "( … )".to_owned(),
            },
            other => other.to_string(),
        };
    }
    input.error(format!("`{found}` has no place here; {ALLOWED}"))
}

//! What to write in place of what Rust has and a size expression has not.

use proc_macro2::{Delimiter, Spacing, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitInt, Token, token};

use super::integer::{is_unit, unit_above};
use crate::expression::tree::{Expression, Operator};

/// The way out for what no arithmetic says.
pub(super) const ACCESSOR: &str =
    "compute it in an accessor of the type, `fn number(&self) -> usize`, and write `self.number()`";

/// The way out for what depends on a condition.
const CONDITION: &str = "the greater of two values is `max(a, b)`, the lesser `min(a, b)`, and a `bool` setting counts as 0 or 1. For \
    anything else,";

const RANGE: &str = "a range has no place here; write how many there are: `b - a` in place of `a..b`";

/// What to write in place of what stands behind `left`, which is an expression by itself.
pub(super) fn behind(left: &Expression, input: ParseStream) -> Option<String> {
    shift(left, input)
        .or_else(|| conversion(input))
        .or_else(|| percent(left, input))
        .or_else(|| unit(left, input))
        .or_else(|| behind_punctuation(left, input))
        .or_else(|| operator_missing(input))
}

/// What to write in place of what stands where an operand must.
pub(super) fn at_start(input: ParseStream) -> Option<String> {
    if let Some(word) = keyword(input) {
        return Some(match word.as_str() {
            "if" | "match" => format!("`{word}` cannot stand here: {CONDITION} {ACCESSOR}"),
            "move" => closure(),
            "true" | "false" => return None,
            _ => format!("`{word}` cannot stand here: {ACCESSOR}"),
        });
    }
    let operator = operator(input);
    Some(match operator.as_str() {
        "|" | "||" => closure(),
        "&" | "&&" => format!("nothing is borrowed here: leave out the `{operator}`"),
        ".." | "..=" => RANGE.to_owned(),
        "!" => format!("`!` has no place here: {CONDITION} {ACCESSOR}"),
        _ if input.peek(token::Brace) => "write parentheses in place of `{ … }`".to_owned(),
        _ => return None,
    })
}

fn closure() -> String {
    format!("a closure cannot stand here: {ACCESSOR}")
}

/// What to write in place of the `<< n` or `>> n` that stands next, which Rust applies to all of `left`.
fn shift(left: &Expression, input: ParseStream) -> Option<String> {
    let ahead = input.fork();
    let (operator, product) = if input.peek(Token![<<]) {
        ahead.parse::<Token![<<]>().ok()?;
        ("<<", "*")
    } else {
        ahead.parse::<Token![>>]>().ok()?;
        (">>", "/")
    };
    let bits = ahead.parse::<LitInt>().ok().and_then(|bits| bits.base10_parse::<u32>().ok());
    let ends = ahead.is_empty() || ahead.peek(Token![,]);
    let Some((bits, factor)) = bits.filter(|_| ends).and_then(|bits| Some((bits, 1_u64.checked_shl(bits)?)))
    else {
        return Some(format!(
            "`{operator}` has no place here: write `{product}` and the power of two as a number. Where that is none, {ACCESSOR}"
        ));
    };
    let factor = match factor {
        0x400 => "1 KiB".to_owned(),
        0x10_0000 => "1 MiB".to_owned(),
        0x4000_0000 => "1 GiB".to_owned(),
        factor => factor.to_string(),
    };
    Some(match left {
        Expression::Integer { value: 1, .. } if product == "*" => {
            format!("write `{factor}` in place of `1 << {bits}`")
        }
        Expression::Difference(_) | Expression::Many { operator: Operator::Sum, .. } => format!(
            "write `(…) {product} {factor}` in place of `{operator} {bits}`, with all that stands before it in the parentheses"
        ),
        _ => format!("write `{product} {factor}` in place of `{operator} {bits}`"),
    })
}

/// `as usize`
fn conversion(input: ParseStream) -> Option<String> {
    let ahead = input.fork();
    ahead.parse::<Token![as]>().ok()?;
    let to = ahead.call(Ident::parse_any).map_or_else(|_| "…".to_owned(), |to| to.to_string());
    Some(format!("numbers need no conversion here: leave out `as {to}`"))
}

/// `30%`
fn percent(left: &Expression, input: ParseStream) -> Option<String> {
    let ahead = input.fork();
    ahead.parse::<Token![%]>().ok()?;
    let number = last_number(left)?;
    if operand_ahead(&ahead).is_some() {
        return None;
    }
    Some(match left {
        Expression::Many { operator: Operator::Product, .. } if !ahead.peek(Token![*]) => {
            format!("write `{number} / 100` in place of `{number}%`")
        }
        _ => format!("a part of `x` is written `x * {number} / 100`, in place of `{number}%`"),
    })
}

/// A unit that is none, or stands behind what is no number.
fn unit(left: &Expression, input: ParseStream) -> Option<String> {
    let word = input.fork().call(Ident::parse_any).ok()?.to_string();
    if is_unit(&word) {
        return Some(format!("a unit stands behind a number: write `* 1 {word}` in place of `{word}`"));
    }
    let number = last_number(left)?;
    match word.to_ascii_lowercase().as_str() {
        "b" | "byte" | "bytes" | "item" | "items" => {
            Some(format!("a number without a unit is one of bytes or items: leave out `{word}`"))
        }
        _ => unit_above(number, &word),
    }
}

fn behind_punctuation(left: &Expression, input: ParseStream) -> Option<String> {
    let operator = operator(input);
    Some(match operator.as_str() {
        ".." | "..=" => RANGE.to_owned(),
        "?" => "write `unwrap_or(…)` in place of `?`, with what the setting counts as where it is absent"
            .to_owned(),
        ";" => "an expression ends without `;`: leave it out".to_owned(),
        "," if last_number(left).is_some() => {
            "a comma has no place here; digits are grouped as in `1_000_000`".to_owned()
        }
        "<" if matches!(left, Expression::Word(word) if word == "size_of") => {
            "the colons are missing: write `size_of::<T>()`".to_owned()
        }
        "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => {
            format!("`{operator}` has no place here: {CONDITION} {ACCESSOR}")
        }
        "%" | "&" | "|" | "^" => format!("`{operator}` has no place here: {ACCESSOR}"),
        _ if input.peek(token::Bracket) => format!("`[ … ]` has no place here: {ACCESSOR}"),
        _ => return None,
    })
}

/// `capacity 2`
fn operator_missing(input: ParseStream) -> Option<String> {
    Some(format!("an operator is missing before `{}`", operand_ahead(input)?))
}

/// The operand that stands next, if one does.
fn operand_ahead(input: ParseStream) -> Option<String> {
    if keyword(input).is_some_and(|word| word != "self") {
        return None;
    }
    match input.fork().parse::<TokenTree>().ok()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => Some("( … )".to_owned()),
        TokenTree::Ident(_) | TokenTree::Literal(_) => {
            Some(input.fork().parse::<TokenTree>().ok()?.to_string())
        }
        TokenTree::Group(_) | TokenTree::Punct(_) => None,
    }
}

fn keyword(input: ParseStream) -> Option<String> {
    let word = input.fork().call(Ident::parse_any).ok()?;
    (!input.peek(Ident) && !input.peek(Lit)).then(|| word.to_string())
}

/// The punctuation that stands next, as far as Rust reads it as one.
fn operator(input: ParseStream) -> String {
    let (mut operator, ahead) = (String::new(), input.fork());
    while let Ok(TokenTree::Punct(punct)) = ahead.parse() {
        operator.push(punct.as_char());
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    operator
}

/// The number that `expression` ends in.
fn last_number(expression: &Expression) -> Option<u64> {
    match expression {
        Expression::Integer { value, .. } => Some(*value),
        Expression::Many { operator: Operator::Sum | Operator::Product, operands } => {
            operands.last().and_then(last_number)
        }
        Expression::Difference(operands) | Expression::Quotient(operands) => {
            let [_, right] = &**operands;
            last_number(right)
        }
        _ => None,
    }
}

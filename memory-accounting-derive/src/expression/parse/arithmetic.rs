//! Operators, parentheses, and the functions that compare or name.

use proc_macro2::{Delimiter, Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitStr, Token, token};

use super::calls::of_local_function;
use super::fractions::refuse_fraction;
use super::integer::{integer, refuse_unit};
use super::mistakes::{ALLOWED, unexpected};
use super::words::word;
use crate::expression::tree::{Expression, Operator};
use crate::syntax::parenthesised;

/// How many parentheses may stand inside each other; far above what a reader could follow.
const MOST_PARENTHESES: usize = 48;

/// How many levels an expression may have while it is read, so that no text exhausts the stack; far above what can be
/// reported.
const MOST_READ_LEVELS: usize = 200;

/// How many operands may stand in a row: they are put on the stack together when the expression is built.
const MOST_OPERANDS: usize = 1000;

/// Parses operands with `+` and `-` between them.
pub(super) fn sum(input: ParseStream, depth: usize) -> syn::Result<Expression> {
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
            refuse_power(input)?;
            refuse_fraction("*", input)?;
            refuse_unit(&left, input)?;
            left = grown(left.combined(Operator::Product, operand(input, depth)?), input)?;
        } else if input.peek(Token![/]) && !input.peek(Token![/=]) {
            input.parse::<Token![/]>()?;
            refuse_fraction("/", input)?;
            left = nested(Expression::Quotient(Box::new([left, operand(input, depth)?])), input)?;
        } else {
            return Ok(left);
        }
    }
}

/// `a ** 2`
fn refuse_power(input: ParseStream) -> syn::Result<()> {
    if input.peek(Token![*]) {
        return Err(input.error("a power is written as a product: `a * a` in place of `a ** 2`"));
    }
    Ok(())
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
    if expression.depth() > MOST_READ_LEVELS {
        let message = format!(
            "the expression has more than {MOST_READ_LEVELS} levels; give parts of it a name with accessors"
        );
        return Err(input.error(message));
    }
    Ok(expression)
}

fn operand(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    if depth > MOST_PARENTHESES {
        return Err(input.error(format!(
            "more than {MOST_PARENTHESES} levels of parentheses; give a part a name of its own"
        )));
    }
    if input.is_empty() || input.peek(Token![,]) {
        return Err(input.error(format!("the expression ends too early; {ALLOWED}")));
    }
    if let Some((TokenTree::Group(group), _)) = input.cursor().token_tree() {
        // `$e:expr` of `macro_rules` arrives in a group without delimiters, into which `peek` looks.
        if group.delimiter() == Delimiter::None {
            input.parse::<TokenTree>()?;
            return (|content: ParseStream| whole(content, depth + 1)).parse2(group.stream());
        }
    }
    if input.peek(Token![-]) {
        return Err(input.error("a size is never negative: `-` stands between two operands"));
    }
    if let Some(operator) = ["+", "*", "/"].into_iter().find(|operator| is_next(input, operator)) {
        let message = match operator {
            "*" => {
                "an operand is missing before `*`; nothing is dereferenced here, so a field stands without it"
            }
            _ => &format!("an operand is missing before `{operator}`"),
        };
        return Err(input.error(message));
    }
    if input.peek(Lit) {
        return integer(input);
    }
    if input.peek(token::Paren) {
        return parenthesised(input, |content| whole(content, depth + 1));
    }
    if input.peek(Ident::peek_any) && input.peek2(token::Paren) {
        return call(input, depth);
    }
    if input.peek(Ident::peek_any) || input.peek(Token![::]) || input.peek(Token![<]) {
        return word(input, depth);
    }
    Err(unexpected(None, input))
}

fn is_next(input: ParseStream, punctuation: &str) -> bool {
    matches!(input.cursor().punct(), Some((punct, _)) if punctuation.starts_with(punct.as_char()))
}

/// `max(…)`, `min(…)`, `key(…)` and `constant(…)`.
fn call(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    let function = &input.call(Ident::parse_any)?;
    let operator = match function.to_string().as_str() {
        "max" => Operator::Max,
        "min" => Operator::Min,
        "key" | "constant" => return parenthesised(input, |content| named(function, content, depth)),
        _ => {
            let message = of_local_function(function, input)?;
            return Err(syn::Error::new(function.span(), message));
        }
    };
    let operands = parenthesised(input, |content| operands(content, depth + 1))?;
    if operands.len() < 2 {
        let message = format!("`{function}` compares at least two values: write `{function}(a, b)`");
        return Err(syn::Error::new(function.span(), message));
    }
    Ok(Expression::Many { operator, operands })
}

fn operands(content: ParseStream, depth: usize) -> syn::Result<Vec<Expression>> {
    let mut operands = Vec::new();
    while !content.is_empty() {
        operands.push(sum(content, depth)?);
        check_count(&operands, content)?;
        if !content.is_empty() && !content.peek(Token![,]) {
            return Err(unexpected(operands.last(), content));
        }
        content.parse::<Option<Token![,]>>()?;
    }
    Ok(operands)
}

/// What stands in `key(…)` or `constant(…)`.
fn named(function: &Ident, content: ParseStream, depth: usize) -> syn::Result<Expression> {
    let is_key = function == "key";
    let what = if is_key { "setting" } else { "constant" };
    let usage =
        format!("write `{function}(\"name\", path)`: the name of the {what}, then where its value is");
    let wrong = |span: Span| syn::Error::new(span, &usage);
    let name: LitStr = content.parse().map_err(|_| wrong(function.span()))?;
    if name.value().trim().is_empty() {
        return Err(syn::Error::new(name.span(), format!("the name of the {what} is empty")));
    }
    content.parse::<Token![,]>().map_err(|_| wrong(name.span()))?;
    let place = operand(content, depth + 1)?;
    content.parse::<Option<Token![,]>>()?;
    if !content.is_empty() {
        let message = format!(
            "`{function}` names one {what}, and what is computed from it stands outside, as in \
             `{function}(\"limit\", capacity) * 2`"
        );
        return Err(content.error(message));
    }
    let (name, span) = (name.value(), name.span());
    match place {
        Expression::Word(_) | Expression::Place(_) | Expression::Absent { .. } if is_key => {
            Ok(Expression::Key { name, place: Box::new(place), span })
        }
        Expression::Word(_) | Expression::Place(_) | Expression::Constant(_) if !is_key => {
            Ok(Expression::Fixed { name, place: Box::new(place), span })
        }
        _ => Err(wrong(function.span())),
    }
}

/// A sum that is all there is in `content`.
pub(super) fn whole(content: ParseStream, depth: usize) -> syn::Result<Expression> {
    let expression = sum(content, depth)?;
    if content.is_empty() { Ok(expression) } else { Err(unexpected(Some(&expression), content)) }
}

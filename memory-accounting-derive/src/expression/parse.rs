//! The parser: Rust's precedence over the few forms that size expressions have.

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Lit, LitInt, LitStr, Path, Token, Type, token};

use crate::parenthesised::parenthesised;

use super::{Expression, Operator, Place, Segment};

/// What an expression may be made of; ends every message about something else.
const ALLOWED: &str = "an expression is made of fields, dotted paths, accessors without arguments, \
    constants, integers, `size_of::<T>()`, `+ - * /`, `max(a, b)`, `min(a, b)`, `key(\"name\", path)` and parentheses";

/// How many parentheses may stand inside each other; far above what a reader could follow.
const DEEPEST: usize = 48;

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
            left = left.combined(Operator::Sum, product(input, depth)?);
        } else if input.peek(Token![-]) && !input.peek(Token![-=]) && !input.peek(Token![->]) {
            input.parse::<Token![-]>()?;
            left = Expression::Difference(Box::new([left, product(input, depth)?]));
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
            left = left.combined(Operator::Product, operand(input, depth)?);
        } else if input.peek(Token![/]) && !input.peek(Token![/=]) {
            input.parse::<Token![/]>()?;
            left = Expression::Quotient(Box::new([left, operand(input, depth)?]));
        } else {
            return Ok(left);
        }
    }
}

fn operand(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    if depth > DEEPEST {
        return Err(
            input.error(format!("more than {DEEPEST} levels of parentheses; give a part a name of its own"))
        );
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
    match integer.base10_parse::<u64>() {
        Ok(value) => Ok(Expression::Integer { value, span: integer.span() }),
        Err(_) => Err(syn::Error::new(integer.span(), format!("`{integer}` does not fit 64 bits"))),
    }
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

#[expect(clippy::unnecessary_wraps, reason = "has the form of a parser")]
fn has_nothing(content: ParseStream) -> syn::Result<bool> {
    Ok(content.is_empty())
}

/// Everything that begins with a word: functions of the expression language, constants, fields and paths.
fn word(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    if input.peek(Token![::]) || input.peek(Token![<]) || input.peek2(Token![::]) {
        return constant_or_size(input);
    }
    let first = input.call(Ident::parse_any)?;
    if input.peek(token::Paren) {
        return call(&first, input, depth);
    }
    if input.peek(Token![!]) {
        return Err(syn::Error::new(
            first.span(),
            format!("the macro `{first}!` cannot be called here; {ALLOWED}"),
        ));
    }
    let keyword = first != "self" && syn::parse_str::<Ident>(&first.to_string()).is_err();
    if keyword && first != "Self" {
        return Err(syn::Error::new(first.span(), format!("`{first}` cannot stand here; {ALLOWED}")));
    }
    if !input.peek(Token![.]) {
        if first == "self" || first == "Self" {
            let message =
                format!("`{first}` alone is no setting; name one of its fields, as in `self.capacity`");
            return Err(syn::Error::new(first.span(), message));
        }
        return Ok(Expression::Word(first));
    }
    Ok(Expression::Place(Place { first, rest: segments(input)? }))
}

fn segments(input: ParseStream) -> syn::Result<Vec<Segment>> {
    let mut rest = Vec::new();
    while input.peek(Token![.]) {
        if input.peek(Token![..]) {
            return Err(unexpected(input));
        }
        input.parse::<Token![.]>()?;
        if input.peek(Lit) {
            rest.extend(indices(&input.parse()?)?);
        } else if input.peek(Ident::peek_any) {
            let name = input.call(Ident::parse_any)?;
            if input.peek(token::Paren) {
                if !parenthesised(input, has_nothing)? {
                    let message = format!(
                        "`{name}` is called with arguments, but only accessors without any can be; {ALLOWED}"
                    );
                    return Err(syn::Error::new(name.span(), message));
                }
                rest.push(Segment::Call(name));
            } else {
                rest.push(Segment::Field(name));
            }
        } else {
            return Err(input.error("a field or an accessor must follow the dot, as in `config.capacity`"));
        }
    }
    Ok(rest)
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

/// `max(…)`, `min(…)` and `key(…)`.
fn call(function: &Ident, input: ParseStream, depth: usize) -> syn::Result<Expression> {
    let operator = match function.to_string().as_str() {
        "max" => Operator::Max,
        "min" => Operator::Min,
        "key" => return parenthesised(input, |content| key(function, content, depth)),
        "size_of" => {
            let message = "the type is missing: write `size_of::<T>()`";
            return Err(syn::Error::new(function.span(), message));
        }
        name => {
            let message = format!("the function `{name}` cannot be called here; {ALLOWED}");
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
        if !content.is_empty() && !content.peek(Token![,]) {
            return Err(unexpected(content));
        }
        content.parse::<Option<Token![,]>>()?;
    }
    Ok(operands)
}

fn key(function: &Ident, content: ParseStream, depth: usize) -> syn::Result<Expression> {
    let usage = "write `key(\"name\", path)`: the name of the setting, then where its value is";
    let wrong = |span: Span| syn::Error::new(span, usage);
    let name: LitStr = content.parse().map_err(|_| wrong(function.span()))?;
    if name.value().is_empty() {
        return Err(syn::Error::new(name.span(), "the name of the setting is empty"));
    }
    content.parse::<Token![,]>().map_err(|_| wrong(name.span()))?;
    let place = operand(content, depth + 1)?;
    if !content.is_empty() {
        return Err(unexpected(content));
    }
    match place {
        Expression::Word(_) | Expression::Place(_) => {
            Ok(Expression::Key { name: name.value(), place: Box::new(place), span: name.span() })
        }
        _ => Err(wrong(function.span())),
    }
}

/// `size_of::<T>()`, also by its full path, and constants by path.
fn constant_or_size(input: ParseStream) -> syn::Result<Expression> {
    if input.peek(Token![<]) {
        let path: syn::TypePath = input.parse()?;
        let message =
            "a constant of a trait cannot be named by `<T as Trait>::NAME` here; give it a name of its own";
        return Err(syn::Error::new_spanned(path, message));
    }
    if let Some(ty) = size_of_type(input)? {
        return Ok(ty);
    }
    let path: Path = input.call(Path::parse_mod_style).or_else(|_| input.parse())?;
    if input.peek(token::Paren) {
        let message = format!("the function `{}` cannot be called here; {ALLOWED}", written(&path));
        return Err(syn::Error::new_spanned(path, message));
    }
    if input.peek(Token![!]) {
        let message = format!("the macro `{}!` cannot be called here; {ALLOWED}", written(&path));
        return Err(syn::Error::new_spanned(path, message));
    }
    Ok(Expression::Constant(path))
}

/// Parses `size_of::<T>()`, with or without `std::mem::` or `core::mem::` in front, if that is what follows.
fn size_of_type(input: ParseStream) -> syn::Result<Option<Expression>> {
    let ahead = input.fork();
    ahead.parse::<Option<Token![::]>>()?;
    for _ in 0..2 {
        let module = ahead
            .fork()
            .call(Ident::parse_any)
            .is_ok_and(|word| word == "std" || word == "core" || word == "mem");
        if module && ahead.peek2(Token![::]) {
            ahead.call(Ident::parse_any)?;
            ahead.parse::<Token![::]>()?;
        }
    }
    let is_size_of = ahead.call(Ident::parse_any).is_ok_and(|word| word == "size_of");
    if !is_size_of || !ahead.peek(Token![::]) || !ahead.peek3(Token![<]) {
        return Ok(None);
    }
    syn::parse::discouraged::Speculative::advance_to(input, &ahead);
    let span = input.cursor().span();
    input.parse::<Token![::]>()?;
    input.parse::<Token![<]>()?;
    let ty: Type = input.parse()?;
    input.parse::<Token![>]>()?;
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(span, "the parentheses are missing: write `size_of::<T>()`"));
    }
    if parenthesised(input, has_nothing)? {
        Ok(Some(Expression::SizeOf { ty: Box::new(ty), span }))
    } else {
        Err(syn::Error::new(span, "`size_of` takes no arguments: write `size_of::<T>()`"))
    }
}

/// The path as it is written, for a message.
fn written(path: &Path) -> String {
    quote::ToTokens::to_token_stream(path).to_string().replace(' ', "")
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

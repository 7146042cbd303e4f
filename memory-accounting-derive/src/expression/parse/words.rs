//! What begins with a word and is not a call: settings, constants, and sizes of types.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, Token, token};

use super::mistakes::{ALLOWED, unexpected};
use crate::expression::tree::{Expression, Place, Segment};
use crate::syntax::{expression_path, name, parenthesised, whole_type, written};

/// How many segments a path may have; each is a level for the compiler, and no configuration nests like that.
const MOST_SEGMENTS: usize = 32;

/// Parses what begins with a word.
pub(super) fn word(input: ParseStream) -> syn::Result<Expression> {
    if input.peek(Token![::]) || input.peek(Token![<]) || input.peek2(Token![::]) {
        return constant_or_size(input);
    }
    let keyword = !input.peek(Ident);
    let first = input.call(Ident::parse_any)?;
    if input.peek(Token![!]) {
        return Err(syn::Error::new(
            first.span(),
            format!("the macro `{first}!` cannot be called here; {ALLOWED}"),
        ));
    }
    if keyword && first != "self" && first != "Self" {
        return Err(syn::Error::new(first.span(), format!("`{first}` cannot stand here; {ALLOWED}")));
    }
    if first == "Self" && input.peek(Token![.]) {
        let field = segments(input)?.first().map_or_else(String::new, Segment::written);
        let message = format!("`Self` is the type, not the value: write `self{field}`");
        return Err(syn::Error::new(first.span(), message));
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
        if rest.len() >= MOST_SEGMENTS {
            let message = format!("a path has at most {MOST_SEGMENTS} segments; write an accessor for it");
            return Err(input.error(message));
        }
        input.parse::<Token![.]>()?;
        if input.peek(Lit) {
            rest.extend(indices(&input.parse()?)?);
        } else if input.peek(Ident::peek_any) {
            let name = name(input)?;
            if input.peek(token::Paren) {
                if !parenthesised(input, has_nothing)? {
                    let message = if name == "max" || name == "min" {
                        format!("`{name}` stands in front of what it compares: write `{name}(a, b)`")
                    } else {
                        format!(
                            "`{name}` is called with arguments, but only accessors without any can be; {ALLOWED}"
                        )
                    };
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
    let path = expression_path(input)?;
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
    let wrong = || syn::Error::new(span, "`size_of` takes one type: write `size_of::<T>()`");
    input.parse::<Token![::]>()?;
    input.parse::<Token![<]>()?;
    let ty = whole_type(input).ok_or_else(wrong)?;
    input.parse::<Token![>]>().map_err(|_| wrong())?;
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(span, "the parentheses are missing: write `size_of::<T>()`"));
    }
    if parenthesised(input, has_nothing)? {
        Ok(Some(Expression::SizeOf { ty: Box::new(ty), span }))
    } else {
        Err(syn::Error::new(span, "`size_of` takes no arguments: write `size_of::<T>()`"))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "has the form of a parser")]
fn has_nothing(content: ParseStream) -> syn::Result<bool> {
    Ok(content.is_empty())
}

//! What begins with a word and is not a call: settings, constants, and sizes of types.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, token};

use super::calls::{of_function, of_macro};
use super::integer::unit_alone;
use super::mistakes::unexpected;
use super::segments::{Rest, rest, segments};
use crate::expression::tree::{Expression, Place, Segment};
use crate::syntax::{expression_path, parenthesised, whole_type, written};

/// Parses what begins with a word.
pub(super) fn word(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    if input.peek(Token![::]) || input.peek(Token![<]) || input.peek2(Token![::]) {
        return constant_or_size(input, depth);
    }
    if !input.peek(Ident) && !input.peek(Token![self]) && !input.peek(Token![Self]) {
        return Err(unexpected(None, input));
    }
    let first = input.call(Ident::parse_any)?;
    if input.peek(Token![!]) {
        return Err(syn::Error::new(first.span(), of_macro(&first.clone().into())));
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
        return unit_alone(&first).map_or(Ok(Expression::Word(first)), Err);
    }
    let span = first.span();
    let Rest { segments, default } = rest(input, depth)?;
    let place = if segments.is_empty() {
        Expression::Word(first)
    } else {
        Expression::Place(Place { first, rest: segments })
    };
    Ok(match default {
        Some(default) => Expression::Absent { place: Box::new(place), default: Box::new(default), span },
        None => place,
    })
}

/// `size_of::<T>()`, also by its full path, and constants by path.
fn constant_or_size(input: ParseStream, depth: usize) -> syn::Result<Expression> {
    if input.peek(Token![<]) {
        let path: syn::TypePath = input.parse()?;
        let message = format!(
            "a constant of a trait has no name that can stand here: make one, `const NAME: usize = {};`, and write `NAME`",
            written(&path)
        );
        return Err(syn::Error::new_spanned(path, message));
    }
    if let Some(ty) = size_of_type(input)? {
        return Ok(ty);
    }
    let path = expression_path(input)?;
    if input.peek(token::Paren) {
        let message = of_function(&path, input)?;
        return Err(syn::Error::new_spanned(path, message));
    }
    if input.peek(Token![!]) {
        let message = of_macro(&path);
        return Err(syn::Error::new_spanned(path, message));
    }
    let span = syn::spanned::Spanned::span(&path);
    let constant = Expression::Constant(path);
    let Rest { segments, default } = rest(input, depth)?;
    if let Some(segment) = segments.first() {
        let message = format!(
            "nothing can be called on a constant but `unwrap_or`; make a constant of what `{}` gives",
            segment.written()
        );
        return Err(syn::Error::new(span, message));
    }
    Ok(match default {
        Some(default) => Expression::Absent { place: Box::new(constant), default: Box::new(default), span },
        None => constant,
    })
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
    if parenthesised(input, |content| Ok(content.is_empty()))? {
        Ok(Some(Expression::SizeOf { ty: Box::new(ty), span }))
    } else {
        Err(syn::Error::new(span, "`size_of` takes no arguments: write `size_of::<T>()`"))
    }
}

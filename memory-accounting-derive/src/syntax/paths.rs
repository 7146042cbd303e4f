//! Paths, names and types, with mistakes of ours where `syn` would make one of its own.

// In an expression, type arguments stand behind `::`, as Rust has it. `syn::Path` reads paths as types have them: of
// `bytes = limits::MAX < 4` it takes `limits::MAX<4`, and complains about the comma that it finds missing there. Read as below, the
// comparison is found, and what an expression may hold is said.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::punctuated::Punctuated;
use syn::{Ident, Path, PathArguments, PathSegment, Token, Type};

/// Parses `limits::MAX` or `Packet::<u8>::LEN`.
pub(crate) fn expression_path(input: ParseStream) -> syn::Result<Path> {
    let mut path = Path { leading_colon: input.parse()?, segments: Punctuated::new() };
    loop {
        let mut segment = PathSegment::from(word_of_path(input)?);
        if input.peek(Token![::]) && input.peek3(Token![<]) {
            let arguments = input.parse()?;
            segment.arguments = PathArguments::AngleBracketed(arguments);
        }
        path.segments.push_value(segment);
        if !input.peek(Token![::]) {
            return Ok(path);
        }
        path.segments.push_punct(input.parse()?);
    }
}

/// Parses a type; `None` where none stands next, and then nothing is taken.
pub(crate) fn whole_type(input: ParseStream) -> Option<Type> {
    let ahead = input.fork();
    ahead.parse::<Type>().ok()?;
    // Once more by itself. Brackets with more in them than a type, as in `items = (u8 u16)`, are no failure of the parser that
    // read them: `syn` notes the rest in the whole input, and fails it at the end with "unexpected token, expected `)`".
    // In a stream of its own it fails here, and the caller says what `items` takes.
    let (taken, mut tokens) = (input.fork(), TokenStream::new());
    while taken.cursor() != ahead.cursor() {
        tokens.extend([taken.parse::<TokenTree>().ok()?]);
    }
    let ty = syn::parse2(tokens).ok()?;
    input.advance_to(&taken);
    Some(ty)
}

/// Parses a name that a path may hold.
fn word_of_path(input: ParseStream) -> syn::Result<Ident> {
    let leads = input.peek(Token![self])
        || input.peek(Token![Self])
        || input.peek(Token![super])
        || input.peek(Token![crate]);
    if leads { input.call(Ident::parse_any) } else { name(input) }
}

/// Parses a name; a keyword is none.
pub(crate) fn name(input: ParseStream) -> syn::Result<Ident> {
    if input.peek(Ident) {
        return input.parse();
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error("a name must stand here, as in `limits::MAX` or `config.capacity`"));
    }
    let keyword = input.fork().call(Ident::parse_any)?;
    let message = format!(
        "`{keyword}` is a keyword of Rust, so no field, accessor or constant has this name; where one is called \
         `r#{keyword}`, write it so"
    );
    Err(syn::Error::new(keyword.span(), message))
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::*;

    #[test]
    fn types_stand_behind_colons() {
        let path = expression_path.parse_str("a::B::<u8, C<D>>::E").unwrap();
        assert_eq!(path.segments.len(), 3);
        assert!(expression_path.parse_str("a<u8>").is_err());
    }

    #[test]
    fn a_keyword_is_no_name() {
        let message = expression_path.parse_str("a::fn").err().unwrap().to_string();
        assert!(message.starts_with("`fn` is a keyword of Rust"), "{message}");
    }
}

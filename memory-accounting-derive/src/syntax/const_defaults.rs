//! Defaults of const parameters, which may hold code that `syn` reads only with all of Rust's grammar.

use proc_macro2::{Delimiter, Group, Literal, Spacing, TokenStream, TokenTree};

/// `declaration` with `{ 0 }` for a const parameter's default in braces, as in `const N: usize = { if … }`. An impl repeats
/// the parameters, never their defaults, so it does not matter what they are.
pub(crate) fn without_const_defaults(declaration: TokenStream) -> TokenStream {
    let (mut in_const_parameter, mut behind_equals) = (false, false);
    declaration
        .into_iter()
        .map(|token| {
            let is_default = in_const_parameter && behind_equals;
            behind_equals = false;
            match &token {
                TokenTree::Ident(word) if word == "const" => in_const_parameter = true,
                TokenTree::Punct(punct) => match punct.as_char() {
                    ',' | '>' => in_const_parameter = false,
                    '=' => behind_equals = punct.spacing() == Spacing::Alone,
                    _ => {}
                },
                TokenTree::Group(group) if is_default && group.delimiter() == Delimiter::Brace => {
                    let any = TokenTree::from(Literal::u8_unsuffixed(0));
                    let mut default = Group::new(Delimiter::Brace, any.into());
                    default.set_span(group.span());
                    return TokenTree::Group(default);
                }
                _ => {}
            }
            token
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(declaration: &str) -> String {
        without_const_defaults(declaration.parse().unwrap()).to_string()
    }

    fn same(declaration: &str) -> String {
        declaration.parse::<TokenStream>().unwrap().to_string()
    }

    #[test]
    fn what_stands_in_the_braces_of_a_default_is_left_out() {
        assert_eq!(
            without(
                "struct S<T, const N: usize = { if A { 1 } else { 2 } }, const M: u8 = { f() }> { a: [T; N] }"
            ),
            same("struct S<T, const N: usize = { 0 }, const M: u8 = { 0 }> { a: [T; N] }")
        );
    }

    #[test]
    fn nothing_else_is() {
        for declaration in [
            "struct S<const N: usize> { a: u8 }",
            "struct S<const N: usize = 3> where u8: T<{ f() }> { a: u8 }",
            "struct S<const N: usize, T = A<{ f() }>> { a: u8 }",
            "struct S<const N: usize> where T: I<A = { f() }> { a: u8 }",
        ] {
            assert_eq!(without(declaration), same(declaration));
        }
    }
}

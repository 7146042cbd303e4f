//! What a declaration is called, also where the rest of it cannot be read.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, DeriveInput, Generics, Ident, Token, Visibility, token};

use super::deprecation;

/// Name and parameters of a type.
pub(crate) struct Header {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// The type or a part of it may use what is deprecated.
    pub(crate) allows_deprecated: bool,
}

impl Header {
    pub(crate) fn of(declaration: &DeriveInput) -> Self {
        Self {
            ident: declaration.ident.clone(),
            generics: declaration.generics.clone(),
            allows_deprecated: deprecation::is_allowed(declaration),
        }
    }

    /// Reads the beginning of a `declaration` that cannot be read as a whole, if that much can be.
    pub(crate) fn of_unreadable(declaration: TokenStream) -> Option<Self> {
        syn::parse2(declaration).ok()
    }
}

impl Parse for Header {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        // `struct`, `enum` or `union`.
        input.call(Ident::parse_any)?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        if input.peek(token::Paren) {
            // A tuple struct has its `where` behind the fields.
            input.parse::<TokenTree>()?;
        }
        if input.peek(Token![where]) {
            generics.where_clause = Some(input.parse()?);
        }
        input.parse::<TokenStream>()?;
        Ok(Self { ident, generics, allows_deprecated: false })
    }
}

/// The mistake of a declaration that cannot be read, in words of ours where syn speaks of itself.
pub(crate) fn unreadable(error: syn::Error) -> syn::Error {
    if !error.to_string().contains("features") {
        return error;
    }
    let message = "`MemoryBounds` does not read expressions of this kind; give the number a name, as in \
        `const LENGTH: usize = …;`, and write the name in its place";
    syn::Error::new(error.span(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(declaration: &str) -> Option<String> {
        let header = Header::of_unreadable(declaration.parse().unwrap())?;
        Some(format!("{} {}", header.ident, header.generics.params.len()))
    }

    #[test]
    fn what_stands_in_the_body_does_not_matter() {
        assert_eq!(header("#[x] pub(crate) struct S<'a, T: X> where T: Y { ; ; }").as_deref(), Some("S 2"));
        assert_eq!(
            header("struct S<const N: usize>([u8; if true { 1 } else { 2 }]) where u8: X;").as_deref(),
            Some("S 1")
        );
        assert_eq!(header("enum E { ; }").as_deref(), Some("E 0"));
        assert_eq!(header("struct 3").as_deref(), None);
    }
}

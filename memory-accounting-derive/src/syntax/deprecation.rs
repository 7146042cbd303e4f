//! How generated code names what is deprecated without a warning of its own.
//!
//! `#[allow(deprecated)]` on it would do, but is an error in a crate that forbids the lint. So it stands there only where the
//! declaration says the same. What the declaration itself marks as deprecated is named by words of the macro's own: the
//! compiler does not report those (`late_report_deprecation` in `rustc_middle::middle::stability` returns early for a span
//! that is `in_derive_expansion`).

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Field, Meta};

/// Whether the declaration or a part of it may use what is deprecated.
pub(crate) fn is_allowed(declaration: &DeriveInput) -> bool {
    let of_fields = fields(declaration).flat_map(|field| &field.attrs);
    let of_variants = match &declaration.data {
        Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.attrs).collect(),
        _ => Vec::new(),
    };
    declaration.attrs.iter().chain(of_variants).chain(of_fields).any(allows)
}

fn fields(declaration: &DeriveInput) -> impl Iterator<Item = &Field> {
    let (of_struct, of_variants) = match &declaration.data {
        Data::Struct(data) => (Some(&data.fields), None),
        Data::Enum(data) => (None, Some(data.variants.iter().map(|variant| &variant.fields))),
        Data::Union(_) => (None, None),
    };
    of_struct.into_iter().chain(of_variants.into_iter().flatten()).flatten()
}

fn allows(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let names_it = |token| matches!(token, TokenTree::Ident(word) if word == "deprecated");
    (list.path.is_ident("allow") || list.path.is_ident("expect"))
        && list.tokens.clone().into_iter().any(names_it)
}

/// `declaration` with the names of its deprecated parts as the macro's own.
pub(crate) fn unreported(mut declaration: DeriveInput) -> DeriveInput {
    match &mut declaration.data {
        Data::Struct(data) => data.fields.iter_mut().for_each(own_field),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                if is_deprecated(&variant.attrs) {
                    own(&mut variant.ident);
                }
                variant.fields.iter_mut().for_each(own_field);
            }
        }
        Data::Union(_) => {}
    }
    if !is_deprecated(&declaration.attrs) {
        return declaration;
    }
    // The type is also named by its fields and attributes.
    let name = declaration.ident.unraw();
    syn::parse2(own_all(declaration.to_token_stream(), &name)).unwrap_or(declaration)
}

fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"))
}

fn own_field(field: &mut Field) {
    if is_deprecated(&field.attrs) {
        field.ident.iter_mut().for_each(own);
    }
}

/// Takes the word as one of the macro's own, at the same place.
fn own(word: &mut Ident) {
    word.set_span(Span::call_site().located_at(word.span()));
}

fn own_all(tokens: TokenStream, name: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(mut word) if word.unraw() == *name => {
                own(&mut word);
                TokenTree::Ident(word)
            }
            TokenTree::Group(group) => {
                let mut owned = Group::new(group.delimiter(), own_all(group.stream(), name));
                owned.set_span(group.span());
                TokenTree::Group(owned)
            }
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(declaration: &str) -> bool {
        is_allowed(&syn::parse_str(declaration).unwrap())
    }

    #[test]
    fn what_allows_it_is_found_wherever_it_stands() {
        assert!(allowed("#[allow(deprecated)] struct S;"));
        assert!(allowed("struct S { #[allow(dead_code, deprecated)] a: Old }"));
        assert!(allowed("enum E { #[expect(deprecated)] A { a: u8 } }"));
        assert!(allowed("enum E { A { #[allow(deprecated)] a: u8 } }"));
        assert!(!allowed("#[deprecated] struct S;"));
        assert!(!allowed("#[allow(dead_code)] struct S { #[doc = \"deprecated\"] deprecated: u8 }"));
    }

    #[test]
    fn the_declaration_says_the_same() {
        for text in [
            "# [deprecated] struct S < T > { a : Vec < S < T > > , r#b : r#S }",
            "enum E { # [deprecated] A { # [deprecated] r#fn : u8 } , B }",
            "union U { # [deprecated] a : u8 }",
        ] {
            let declaration: DeriveInput = syn::parse_str(text).unwrap();
            let written = declaration.to_token_stream().to_string();
            assert_eq!(unreported(declaration).to_token_stream().to_string(), written);
        }
    }
}

//! Whether a declaration may name what is deprecated.

use proc_macro2::TokenTree;
use syn::{Attribute, Data, DeriveInput, Meta};

/// Whether the type or a part of it is deprecated, or is allowed to use what is. The generated code names the same types, and
/// must not warn where the declaration itself does not.
pub(crate) fn is_accepted(input: &DeriveInput) -> bool {
    let of_parts: Vec<&Attribute> = match &input.data {
        Data::Struct(data) => data.fields.iter().flat_map(|field| &field.attrs).collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| {
                variant.attrs.iter().chain(variant.fields.iter().flat_map(|field| &field.attrs))
            })
            .collect(),
        Data::Union(_) => Vec::new(),
    };
    input.attrs.iter().chain(of_parts).any(accepts)
}

fn accepts(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("deprecated") {
        return true;
    }
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let names_it = |token| matches!(token, TokenTree::Ident(word) if word == "deprecated");
    (list.path.is_ident("allow") || list.path.is_ident("expect"))
        && list.tokens.clone().into_iter().any(names_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(declaration: &str) -> bool {
        is_accepted(&syn::parse_str(declaration).unwrap())
    }

    #[test]
    fn deprecation_is_found_wherever_it_stands() {
        assert!(accepted("#[deprecated] struct S;"));
        assert!(accepted("#[deprecated(note = \"old\")] enum E { A }"));
        assert!(accepted("struct S { #[allow(dead_code, deprecated)] a: Old }"));
        assert!(accepted("enum E { #[deprecated] A { a: u8 } }"));
        assert!(!accepted("#[allow(dead_code)] struct S { #[doc = \"deprecated\"] deprecated: u8 }"));
    }
}

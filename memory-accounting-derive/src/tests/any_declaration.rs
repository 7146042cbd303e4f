//! That the macro answers everything that parses as a declaration, be it nonsense, with code and never with a panic.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::prelude::*;
use quote::quote;
use syn::DeriveInput;

use crate::derive;

/// Pieces that attributes are made of, and some that have no place in them.
const PIECES: &[&str] = &[
    "per_item",
    "bytes",
    "with",
    "subcomponent",
    "flatten",
    "skip",
    "items",
    "sizes",
    "minimum",
    "firm",
    "grows",
    "insert_only",
    "headroom",
    "item_bytes",
    "item_skip",
    "times",
    "or",
    "owned",
    "named",
    "settings",
    "unlimited",
    "unwrap_or",
    "constant",
    "KiB",
    "name",
    "rename",
    "component",
    "rename_all",
    "prefix",
    "crate",
    "bound",
    "max",
    "min",
    "key",
    "size_of",
    "self",
    "Self",
    "first",
    "second",
    "r#type",
    "LIMIT",
    "deserialize",
    "fn",
    "=",
    "=",
    "=",
    ",",
    ",",
    ",",
    "+",
    "-",
    "*",
    "/",
    "::",
    ".",
    "..",
    "<",
    ">",
    "==",
    "->",
    "!",
    "&",
    "'a",
    "#",
    "1",
    "0x10",
    "1.5",
    "1.0.2",
    "7i32",
    "340282366920938463463374607431768211456",
    "\"\"",
    "\"first\"",
    "\"first + second\"",
    "\"first +\"",
    "\"T: Clone\"",
    "\"kebab-case\"",
    "\"(\"",
    "'c'",
    "b\"x\"",
    "true",
    "Vec<u8>",
    "HashMap<K, V>",
    "= \"first * 2\"",
    "= first",
    "= Vec<T>",
    "= \"a reason\"",
    "per_item = \"first\"",
    "bytes = first * size_of::<T>()",
    "name = \"entry\"",
];

const TYPES: &[&str] = &[
    "u8",
    "usize",
    "T",
    "[T; N]",
    "&'a str",
    "Vec<T>",
    "HashMap<T, Vec<u8>>",
    "Box<Self>",
    "Option<Box<dyn Fn() + 'a>>",
    "dyn Fn(u8) -> u8",
    "dyn for<'b> Fn(&'b T)",
    "impl Clone + 'a",
    "*const T",
    "NonNull<T>",
    "ManuallyDrop<T>",
    "PhantomData<&'a T>",
    "for<'b> fn(&'b T) -> T",
    "!",
    "_",
    "made_of!(T)",
    "(T, u8)",
    "()",
    "<T as Iterator>::Item",
    "T::Item",
    "Declared<'a, T, N>",
    "r#type::r#fn<T>",
    "[u8]",
    "&'a mut (dyn Send + 'a)",
    "::std::string::String",
];

fn tokens_of(text: &str) -> TokenStream {
    text.parse().unwrap()
}

fn any_attribute() -> impl Strategy<Value = TokenStream> {
    let piece = prop::sample::select(PIECES).prop_map(tokens_of as fn(&str) -> TokenStream);
    let several = prop::collection::vec(piece, 0..12).prop_map(TokenStream::from_iter);
    several.prop_recursive(3, 24, 4, |inner| {
        let delimiter = prop::sample::select(vec![
            Delimiter::Parenthesis,
            Delimiter::Parenthesis,
            Delimiter::Bracket,
            Delimiter::Brace,
            Delimiter::None,
        ]);
        let group = (delimiter, inner.clone()).prop_map(|(delimiter, inside)| {
            TokenStream::from(TokenTree::Group(Group::new(delimiter, inside)))
        });
        prop::collection::vec(prop_oneof![inner, group], 1..4).prop_map(TokenStream::from_iter)
    })
}

fn any_type() -> impl Strategy<Value = TokenStream> {
    prop::sample::select(TYPES).prop_map(|text| {
        let tokens = tokens_of(text);
        TokenStream::from(TokenTree::Group(Group::new(Delimiter::None, tokens)))
    })
}

fn any_attributes() -> impl Strategy<Value = TokenStream> {
    let path = prop::sample::select(vec!["bounds", "bounds", "bounds", "serde", "repr"]);
    prop::collection::vec((path, any_attribute()), 0..3).prop_map(|attributes| {
        let attributes = attributes.into_iter().map(|(path, tokens)| {
            let path = tokens_of(path);
            quote!(#[#path(#tokens)])
        });
        attributes.collect()
    })
}

fn any_declaration() -> impl Strategy<Value = TokenStream> {
    let field = || (any_attributes(), any_type());
    let form = prop::sample::select(vec!["named", "tuple", "unit", "enum", "union"]);
    (form, any_attributes(), field(), field()).prop_map(
        |(form, own, (first, first_ty), (second, second_ty))| {
            let named = quote!({ #first first: #first_ty, #second r#type: #second_ty });
            let tuple = quote!((#first #first_ty, #second pub #second_ty));
            let generics = quote!(<'a, T: Clone = u8, const N: usize = 1>);
            match form {
                "named" => quote!(#own struct Declared #generics where T: 'a #named),
                "tuple" => quote!(#own pub(crate) struct Declared #generics #tuple;),
                "unit" => quote!(#own struct Declared;),
                "enum" => {
                    quote!(#own enum Declared #generics { First #named, #second Second #tuple, Third = 3 })
                }
                _ => quote!(#own union Declared #generics #named),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_declaration_is_answered_with_code(declaration in any_declaration()) {
        if let Ok(input) = syn::parse2::<DeriveInput>(declaration) {
            let code = derive(input, None).to_string();
            prop_assert!(code.contains("MemoryBounds for Declared"), "{}", code);
        }
    }
}

#[test]
fn most_generated_declarations_are_ones() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let parsed = (0..200).filter(|_| {
        let declaration = any_declaration().new_tree(&mut runner).unwrap().current();
        syn::parse2::<DeriveInput>(declaration).is_ok()
    });
    assert!(parsed.count() > 100);
}

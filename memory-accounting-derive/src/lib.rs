//! `#[derive(MemoryBounds)]`, the declaring half of the `memory-accounting` crate.
//!
//! Use it through that crate, whose `MemoryBounds` trait documents every attribute with an example. This crate only
//! holds the macro; the code it generates calls into a private part of `memory-accounting` of exactly the same version.
//!
//! The stages, a file each: attributes → parsed input → checked model → tokens.

#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod deprecation;
mod errors;
mod header;
mod likely;
mod nesting;
mod parenthesised;
mod paths;

mod names;
mod expression;
mod attributes;
mod input;
mod parameters;
mod check;
mod model;
mod expand;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::DeriveInput;

use self::check::Rejected;
use self::errors::Errors;
use self::header::Header;
use self::input::Input;

/// Implements `MemoryBounds` from the type's fields and their `#[bounds(...)]` attributes.
///
/// Every field is accounted for: one that owns heap memory and has no attribute is a compile error. See the
/// documentation of the trait `memory_accounting::MemoryBounds` for the attributes.
#[proc_macro_derive(MemoryBounds, attributes(bounds))]
pub fn derive_memory_bounds(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    let expanded = match nesting::check_tokens(input.clone()) {
        Ok(()) => syn::parse2(input.clone()).map_or_else(|error| refuse(input, error), derive),
        Err(too_deep) => too_deep.into_compile_error(),
    };
    expanded.into()
}

/// For a declaration that cannot be read.
fn refuse(input: proc_macro2::TokenStream, error: syn::Error) -> proc_macro2::TokenStream {
    let error = header::unreadable(error).into_compile_error();
    let stub = Header::of(input).map(|header| expand::Stub::named(header).into_tokens(&[]));
    quote::quote!(#error #stub)
}

fn derive(input: DeriveInput) -> proc_macro2::TokenStream {
    let stub = expand::Stub::of(&input);
    let mut errors = Errors::default();
    let Some(input) = Input::parse(input, &mut errors) else {
        let errors = errors.finish().err();
        let stub = stub.into_tokens(&[]);
        return quote::quote!(#errors #stub);
    };
    let stub = stub.with_crate(&input);
    match check::check(input, errors) {
        Ok(model) => expand::expand(&model),
        Err(Rejected { errors, heap_checks }) => {
            let stub = stub.into_tokens(&heap_checks);
            quote::quote!(#errors #stub)
        }
    }
}

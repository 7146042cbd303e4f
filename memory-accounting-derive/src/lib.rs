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

mod errors;
mod likely;
mod parenthesised;

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
use syn::{DeriveInput, parse_macro_input};

use self::errors::Errors;
use self::input::Input;

/// Implements `MemoryBounds` from the type's fields and their `#[bounds(...)]` attributes.
///
/// Every field is accounted for: one that owns heap memory and has no attribute is a compile error. See the
/// documentation of the trait `memory_accounting::MemoryBounds` for the attributes.
#[proc_macro_derive(MemoryBounds, attributes(bounds))]
pub fn derive_memory_bounds(input: TokenStream) -> TokenStream {
    derive(parse_macro_input!(input as DeriveInput)).into()
}

fn derive(input: DeriveInput) -> proc_macro2::TokenStream {
    let stub = expand::Stub::of(&input);
    let mut errors = Errors::default();
    let checked = match Input::parse(input, &mut errors) {
        Some(input) => {
            let stub = stub.with_crate(&input);
            check::check(input, errors).map_err(|errors| (errors, stub))
        }
        None => match errors.finish() {
            Ok(()) => return proc_macro2::TokenStream::new(),
            Err(errors) => Err((errors, stub)),
        },
    };
    match checked {
        Ok(model) => expand::expand(&model),
        Err((errors, stub)) => {
            let stub = stub.into_tokens();
            quote::quote!(#errors #stub)
        }
    }
}

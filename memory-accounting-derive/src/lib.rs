//! `#[derive(MemoryBounds)]` and `#[derive(ConfigValue)]`, the declaring half of the `memory-accounting` crate.
//!
//! Use it through that crate, whose `MemoryBounds` trait documents every attribute with an example. This crate only
//! holds the macros; the code it generates calls into a private part of `memory-accounting` of exactly the same version.
//!
//! The stages, a file each: attributes → parsed input → checked model → tokens.

#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod diagnostics;
mod syntax;

mod names;
mod expression;
mod attributes;
mod input;
mod model;
mod check;
mod expand;
mod setting;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::DeriveInput;

use self::diagnostics::{Errors, name_of_the_runtime};
use self::input::Input;
use self::model::{Model, Rejected};
use self::syntax::{Header, deprecation, nesting, unreadable, without_const_defaults};

/// Implements `MemoryBounds` from the type's fields and their `#[bounds(...)]` attributes.
///
/// Every field is accounted for: one that owns heap memory and has no attribute is a compile error. See the
/// documentation of the trait `memory_accounting::MemoryBounds` for the attributes.
#[proc_macro_derive(MemoryBounds, attributes(bounds))]
pub fn derive_memory_bounds(input: TokenStream) -> TokenStream {
    let renamed = name_of_the_runtime(std::env::args());
    read(input.into())
        .map_or_else(|rejected| expand::stub(&rejected), |declaration| derive(declaration, renamed))
        .into()
}

/// Implements `ConfigValue` for a struct of one field, as that field does.
///
/// See the documentation of the trait `memory_accounting::ConfigValue`.
#[proc_macro_derive(ConfigValue, attributes(bounds))]
pub fn derive_config_value(input: TokenStream) -> TokenStream {
    let renamed = name_of_the_runtime(std::env::args());
    read(input.into())
        .map_or_else(
            |rejected| rejected.errors,
            |declaration| setting::derive(&deprecation::unreported(declaration), renamed.as_deref()),
        )
        .into()
}

fn read(declaration: proc_macro2::TokenStream) -> Result<DeriveInput, Box<Rejected>> {
    nesting::check_tokens(declaration.clone())
        .map_err(|too_deep| Rejected::unread(too_deep.into_compile_error(), None))?;
    let declaration = without_const_defaults(declaration);
    syn::parse2(declaration.clone()).map_err(|error| {
        let error = unreadable(error).into_compile_error();
        Rejected::unread(error, Header::of_unreadable(declaration))
    })
}

/// The stages, one after the other.
fn derive(declaration: DeriveInput, renamed: Option<String>) -> proc_macro2::TokenStream {
    match checked(declaration, renamed) {
        Ok(model) => expand::expand(&model),
        Err(rejected) => expand::stub(&rejected),
    }
}

fn checked(declaration: DeriveInput, renamed: Option<String>) -> Result<Model, Box<Rejected>> {
    let mut errors = Errors::default();
    match Input::parse(deprecation::unreported(declaration), &mut errors) {
        Ok(input) => check::check(input, errors, renamed),
        Err(header) => {
            let errors = errors.finish().err().unwrap_or_default();
            Err(Rejected::unread(errors, Some(header)))
        }
    }
}

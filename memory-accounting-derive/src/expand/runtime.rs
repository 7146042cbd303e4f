//! How the code names the runtime crate, and what it may name of the declaration.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use crate::model::Trait;
use crate::syntax::Header;

/// The path of the runtime crate.
pub(super) fn crate_path(given: Option<&Path>) -> TokenStream {
    given.map_or_else(|| quote!(::memory_accounting), |path| quote!(#path))
}

/// The path of a trait in the impl's `where` clause, at `span`.
pub(super) fn needed_trait(needed: Trait, span: Span) -> TokenStream {
    let name = match needed {
        Trait::Copy => return quote!(::core::marker::Copy),
        Trait::MemoryBounds => "MemoryBounds",
        Trait::Container => "Container",
        Trait::HashContainer => "HashContainer",
        Trait::OwningPointer => "OwningPointer",
        Trait::ConfigValue => "ConfigValue",
        Trait::OwnedHeap => "OwnedHeap",
        Trait::OptionalSetting => "OptionalSetting",
    };
    let name = Ident::new(&format!("Needed{name}"), span);
    quote_spanned!(span=> memory_accounting_private::#name)
}

/// The lint attribute of everything that names the type or its fields.
pub(super) fn deprecated_allowed(header: &Header) -> Option<TokenStream> {
    header.allows_deprecated.then(|| quote!(#[allow(deprecated)]))
}

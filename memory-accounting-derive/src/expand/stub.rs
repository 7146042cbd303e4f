//! What stands in for the impl when there are mistakes.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{DeriveInput, Generics, Path};

use super::{deprecated_allowed, heap, runtime};
use crate::deprecation;
use crate::header::Header;
use crate::input::Input;
use crate::model::HeapCheck;
use crate::parameters::Parameters;

/// An impl that declares nothing. It is emitted beside the mistakes, so that the type still has bounds and nothing
/// else fails to compile because of them; with it the checks that none of them touches.
pub(crate) struct Stub {
    ident: Ident,
    generics: Generics,
    crate_path: Option<Path>,
    may_be_deprecated: bool,
}

impl Stub {
    pub(crate) fn of(input: &DeriveInput) -> Self {
        Self {
            may_be_deprecated: deprecation::is_accepted(input),
            ..Self::named(Header { ident: input.ident.clone(), generics: input.generics.clone() })
        }
    }

    /// For a declaration of which nothing else can be read.
    pub(crate) fn named(header: Header) -> Self {
        let Header { ident, generics } = header;
        Self { ident, generics, crate_path: None, may_be_deprecated: false }
    }

    /// The same, for the crate path that `input` gives.
    pub(crate) fn with_crate(mut self, input: &Input) -> Self {
        self.crate_path = input.attributes.crate_path.as_ref().map(|(_, path)| path.clone());
        self
    }

    /// The impl, and those of `heap_checks` that can stand outside of one.
    pub(crate) fn into_tokens(self, heap_checks: &[HeapCheck]) -> TokenStream {
        let runtime = runtime(self.crate_path.as_ref());
        let allowed = deprecated_allowed(self.may_be_deprecated);
        let (impl_generics, type_generics, where_clause) = self.generics.split_for_impl();
        let ident = self.ident;
        let parameters = Parameters::of(&ident, &self.generics);
        let concrete = heap_checks.iter().filter(|check| check.concrete);
        let checks: Vec<_> = concrete.map(|check| heap::outside(check, &parameters)).collect();
        let checks = (!checks.is_empty()).then(
            || quote!(#allowed const _: () = { use #runtime::__private as memory_accounting_private; #(#checks)* };),
        );
        quote! {
            #checks
            #[automatically_derived]
            #allowed
            impl #impl_generics #runtime::MemoryBounds for #ident #type_generics #where_clause {
                fn specify_bounds(&self, _: &mut #runtime::MemoryBoundsBuilder<'_>) {}
            }
        }
    }
}

//! What stands in for the impl when there are mistakes.

use proc_macro2::TokenStream;
use quote::quote;

use super::heap;
use super::runtime::{crate_path, deprecated_allowed};
use crate::model::{HeapCheck, Rejected, Site};
use crate::syntax::Header;

/// The mistakes, and an impl that declares nothing, so that the type still has bounds and nothing else fails to compile because
/// of them; with it the checks that none of them touches.
pub(crate) fn stub(rejected: &Rejected) -> TokenStream {
    let errors = &rejected.errors;
    let runtime = crate_path(rejected.crate_path.as_ref());
    let stub = rejected.header.as_ref().map(|header| of(header, &runtime, &rejected.heap_checks));
    quote!(#errors #stub)
}

fn of(header: &Header, runtime: &TokenStream, checks: &[HeapCheck]) -> TokenStream {
    let allowed = deprecated_allowed(header);
    let (impl_generics, type_generics, where_clause) = header.generics.split_for_impl();
    let ident = &header.ident;
    let import = heap::import(checks);
    let checks = heap::expand_at(Site::Item, checks);
    let checks = (!checks.is_empty()).then(
        || quote!(#allowed const _: () = { use #runtime::__private as memory_accounting_private; #import #(#checks)* };),
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

//! The checks that nothing owns heap memory unaccounted for.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use crate::model::{HeapCheck, HeapSubject};
use crate::parameters::Parameters;

/// A check that the compiler makes when it sees the declaration.
pub(super) fn outside(check: &HeapCheck, parameters: &Parameters) -> TokenStream {
    let span = here(check.span);
    let assertion = assertion(check, &|ty| parameters.without_lifetimes(ty));
    // Not at the user's position: where a type is not found, the compiler would propose to write a parameter there.
    let name = quote!(_);
    quote_spanned!(span=> const #name: () = #assertion;)
}

/// A check that the compiler makes when the impl is used with given types.
pub(super) fn inside(check: &HeapCheck) -> TokenStream {
    let span = here(check.span);
    let assertion = assertion(check, &|ty| ty.to_token_stream());
    quote_spanned!(span=> const { #assertion };)
}

fn assertion(check: &HeapCheck, render: &dyn Fn(&syn::Type) -> TokenStream) -> TokenStream {
    let span = here(check.span);
    let message = &check.message;
    let subject = match &check.subject {
        HeapSubject::Type(ty) => render(ty),
        HeapSubject::ItemsOf(ty) => {
            let ty = render(ty);
            quote_spanned!(span=> <#ty as memory_accounting_private::Container>::Item)
        }
    };
    quote_spanned!(span=> memory_accounting_private::owns_no_heap::<#subject>(#message))
}

fn here(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

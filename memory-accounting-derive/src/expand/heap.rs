//! The checks that nothing owns heap memory unaccounted for.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::model::{HeapCheck, HeapSubject, Site};

/// Those of `checks` that stand at `site`.
pub(super) fn expand_at(site: Site, checks: &[HeapCheck]) -> Vec<TokenStream> {
    checks.iter().filter(|check| check.site == site).map(expand).collect()
}

fn expand(check: &HeapCheck) -> TokenStream {
    let span = Span::mixed_site().located_at(check.span);
    let message = &check.message;
    let subject = match &check.subject {
        HeapSubject::Type(ty) => ty.clone(),
        HeapSubject::ItemsOf(ty) => {
            quote_spanned!(span=> <#ty as memory_accounting_private::Container>::Item)
        }
    };
    let assertion = quote_spanned!(span=> memory_accounting_private::owns_no_heap::<#subject>(#message));
    match check.site {
        Site::Item => {
            // Not at the user's position: where a type is not found, the compiler would propose to write a parameter there.
            let name = quote!(_);
            quote_spanned!(span=> const #name: () = #assertion;)
        }
        Site::Method => quote_spanned!(span=> const { #assertion };),
    }
}

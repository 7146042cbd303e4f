//! The checks that nothing owns heap memory unaccounted for.
//!
//! When the compiler evaluates a check depends on where it stands. An item outside of everything generic, `const _`, is
//! evaluated as soon as the crate is checked. A `const {}` block in a method of a generic type has no value before the parameters do: it is
//! evaluated when code is generated for the method, so `cargo check` passes over it, and a type that nobody uses is never looked at.
//! Of `struct S<T> { a: Vec<T> }` nothing is said before a program is built that asks an `S<u8>` for its bounds.

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
            // Not at the user's position. In `struct S { a: Missing }` the compiler reports once that there is no such type, the item
            // saying the same as the field. With a name at the field's position it reports the item as well, and proposes to
            // make `Missing` a parameter of it: "you might be missing a type parameter: `a: Missing<Missing>`".
            let name = quote!(_);
            quote_spanned!(span=> const #name: () = #assertion;)
        }
        Site::Method => quote_spanned!(span=> const { #assertion };),
    }
}

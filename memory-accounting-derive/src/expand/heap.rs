//! The checks that nothing that owns heap memory or declares bounds is left out.
//!
//! When the compiler evaluates a check depends on where it stands. An item outside of everything generic, `const _`, is
//! evaluated as soon as the crate is checked. A `const {}` block in a method of a generic type has no value before the parameters do: it is
//! evaluated when code is generated for the method, so `cargo check` passes over it, and a type that nobody uses is never looked at.
//! Of `struct S<T> { a: Vec<T> }` nothing is said before a program is built that asks an `S<u8>` for its bounds.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::model::{FieldCheck, FieldPart, HeapCheck, HeapSubject, Site};

/// Those of `checks` that stand at `site`.
pub(super) fn expand_at(site: Site, checks: &[HeapCheck]) -> Vec<TokenStream> {
    checks.iter().filter(|check| check.site == site).map(expand).collect()
}

/// What brings into scope the constants that apply where nothing more is known: see `Known` in the runtime's `private.rs`.
pub(super) fn import(checks: &[HeapCheck]) -> Option<TokenStream> {
    (!checks.is_empty()).then(|| {
        quote!(
            use memory_accounting_private::Unknown as _;
        )
    })
}

fn expand(check: &HeapCheck) -> TokenStream {
    let span = Span::mixed_site().located_at(check.span);
    let assertion = match &check.subject {
        HeapSubject::Field(field) => expand_field(field, span),
        HeapSubject::Type { ty, message } => {
            quote_spanned!(span=> memory_accounting_private::owns_no_heap::<#ty>(#message))
        }
        HeapSubject::ItemsOf { ty, message } => {
            quote_spanned!(span=> memory_accounting_private::is_not(memory_accounting_private::Known::<#ty>::ITEMS_OWN_HEAP, #message))
        }
        HeapSubject::ValueOf { ty, message } => {
            quote_spanned!(span=> memory_accounting_private::is_not(memory_accounting_private::Known::<#ty>::VALUE_OWNS_HEAP, #message))
        }
        HeapSubject::Setting { ty, message } => {
            quote_spanned!(span=> memory_accounting_private::is_not(!memory_accounting_private::Known::<#ty>::IS_SETTING, #message))
        }
        HeapSubject::OptionalSetting { ty, message } => {
            quote_spanned!(span=> memory_accounting_private::is_not(!memory_accounting_private::Known::<#ty>::IS_OPTIONAL_SETTING, #message))
        }
    };
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

fn expand_field(field: &FieldCheck, span: Span) -> TokenStream {
    let FieldCheck { ty, owns_heap, declares_bounds, parts } = field;
    let declares = parts.iter().map(|FieldPart { ty, spells_reference }| {
        if *spells_reference {
            quote_spanned!(span=> memory_accounting_private::Known::<#ty>::DECLARES_BOUNDS && !memory_accounting_private::Known::<#ty>::REFERS)
        } else {
            quote_spanned!(span=> memory_accounting_private::Known::<#ty>::DECLARES_BOUNDS)
        }
    });
    let declares = quote_spanned!(span=> #(#declares)||*);
    match (owns_heap, declares_bounds) {
        (Some(heap), Some(bounds)) => {
            quote_spanned!(span=> memory_accounting_private::is_accounted_for::<#ty>(#declares, #bounds, #heap))
        }
        (Some(heap), None) => quote_spanned!(span=> memory_accounting_private::owns_no_heap::<#ty>(#heap)),
        (None, Some(bounds)) => {
            quote_spanned!(span=> memory_accounting_private::is_not(#declares, #bounds))
        }
        (None, None) => quote_spanned!(span=> ()),
    }
}

//! The checks that nothing that owns heap memory or declares bounds is left out.
//!
//! When the compiler evaluates a check depends on where it stands. An item outside of everything generic, `const _`, is
//! evaluated as soon as the crate is checked. A `const {}` block in a method of a generic type has no value before the parameters do: it is
//! evaluated when code is generated for the method, so `cargo check` passes over it, and a type that nobody uses is never looked at.
//! Of `struct S<T> { a: Vec<T> }` nothing is said before a program is built that asks an `S<u8>` for its bounds.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::model::{About, Asked, Declares, HeapCheck, HeapSubject, OwnsHeap, Site};

/// Those of `checks` that stand at `site`.
pub(super) fn expand_at(site: Site, checks: &[HeapCheck]) -> Vec<TokenStream> {
    checks.iter().filter(|check| check.site == site).map(expand).collect()
}

/// What brings into scope the constants that apply where nothing more is known: see `Known` in the runtime's `private/known.rs`.
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
        HeapSubject::Accounting { declares, owns_heap } => assertion(declares, owns_heap.as_ref(), span),
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

/// What is said first is what fits best: that the whole declares bounds, that something in it does, that it owns heap memory.
fn assertion(declares: &[Declares], owns_heap: Option<&OwnsHeap>, span: Span) -> TokenStream {
    // Nearly every field has just these two.
    if let (
        [Declares { asked, message }],
        Some(OwnsHeap { asked: Asked { about: About::Itself, ty, .. }, message: heap }),
    ) = (declares, owns_heap)
    {
        let declares = any_declares(asked, span);
        return quote_spanned!(span=> memory_accounting_private::is_accounted_for::<#ty>(#declares, #message, #heap));
    }
    let declares = declares.iter().map(|Declares { asked, message }| {
        let declares = any_declares(asked, span);
        quote_spanned!(span=> memory_accounting_private::is_not(#declares, #message))
    });
    let owns_heap = owns_heap.into_iter().map(|OwnsHeap { asked: Asked { ty, about, .. }, message }| {
        let constant = match about {
            About::Itself => {
                return quote_spanned!(span=> memory_accounting_private::owns_no_heap::<#ty>(#message));
            }
            About::Items => "ITEMS_OWN_HEAP",
            About::Value => "VALUE_OWNS_HEAP",
        };
        let constant = Ident::new(constant, span);
        quote_spanned!(span=> memory_accounting_private::is_not(memory_accounting_private::Known::<#ty>::#constant, #message))
    });
    let mut all: Vec<_> = declares.chain(owns_heap).collect();
    match all.pop() {
        Some(only) if all.is_empty() => only,
        last => quote_spanned!(span=> { #(#all;)* #last }),
    }
}

fn any_declares(asked: &[Asked], span: Span) -> TokenStream {
    let declares = asked.iter().map(|Asked { ty, about, refers, holder }| {
        let constant = match about {
            About::Itself => "DECLARES_BOUNDS",
            About::Items => "ITEMS_DECLARE_BOUNDS",
            About::Value => "VALUE_DECLARES_BOUNDS",
        };
        let constant = Ident::new(constant, span);
        let refers =
            refers.then(|| quote_spanned!(span=> && !memory_accounting_private::Known::<#ty>::REFERS));
        let known = holder.as_ref().map_or_else(
            || quote_spanned!(span=> Known::<#ty>),
            |holder| quote_spanned!(span=> Inside::<#holder, #ty>),
        );
        quote_spanned!(span=> memory_accounting_private::#known::#constant #refers)
    });
    quote_spanned!(span=> #(#declares)||*)
}

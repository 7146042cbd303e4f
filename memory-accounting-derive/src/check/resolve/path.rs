//! The way from a value to what stands behind dots.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::found::{Found, Purpose};
use crate::check::scope::here;
use crate::expression::Segment;

/// The setting at the end of a path that begins at `base`, known there under the first of two keys, and its members under the second.
///
/// A mistake is shown at the segment that it is about.
pub(super) fn path_to(
    base: &TokenStream,
    known: (&str, &str),
    rest: &[Segment],
    span: Span,
    purpose: Purpose,
    key: Option<&String>,
) -> Found {
    let mut value = base.clone();
    let mut span = span;
    for segment in rest {
        let whole = quote_spanned!(here(span)=> memory_accounting_private::asked(&#value).whole());
        value = match segment {
            Segment::Field(name) => quote!(#whole.#name),
            Segment::Index(index, at) => {
                let index = syn::Index { index: *index, span: *at };
                quote!(#whole.#index)
            }
            Segment::Call(name) => quote!(#value.#name()),
        };
        span = segment.span();
    }
    let key = key.cloned().unwrap_or_else(|| key_at(known, rest));
    let value = match purpose {
        Purpose::Optional => quote_spanned!(here(span)=> &#value),
        Purpose::Setting | Purpose::Fixed => {
            quote_spanned!(here(span)=> memory_accounting_private::asked(&#value).end())
        }
    };
    Found::Setting { key, value, span }
}

/// The key of what is at the end of `rest`.
pub(super) fn key_at((of_base, members_under): (&str, &str), rest: &[Segment]) -> String {
    let names: Vec<String> = rest.iter().filter_map(Segment::own_key).collect();
    if names.is_empty() { of_base.to_owned() } else { format!("{members_under}{}", names.join(".")) }
}

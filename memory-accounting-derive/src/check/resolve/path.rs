//! The way from a value to what stands behind dots.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::found::Found;
use crate::check::scope::here;
use crate::expression::Segment;

/// The setting at the end of a path that begins at `base`, known there under the first of two keys, and its members under the second.
///
/// Only fields have keys. What is called on a value converts it, and the `.0` of a newtype is in its place.
pub(super) fn path_to(
    base: &TokenStream,
    (of_base, members_under): (&str, &str),
    rest: &[Segment],
    span: Span,
    key: Option<&String>,
) -> Found {
    let mut value = base.clone();
    let mut names: Vec<String> = Vec::new();
    for segment in rest {
        match segment {
            Segment::Field(name) => {
                names.push(name.unraw().to_string());
                value = quote!(#value.#name);
            }
            Segment::Index(index, span) => {
                if *index > 0 {
                    names.push(index.to_string());
                }
                let index = syn::Index { index: *index, span: *span };
                value = quote!(#value.#index);
            }
            Segment::Call(name) => value = quote!(#value.#name()),
        }
    }
    let known =
        || if names.is_empty() { of_base.to_owned() } else { format!("{members_under}{}", names.join(".")) };
    let key = key.cloned().unwrap_or_else(known);
    Found::Setting { key, value: quote::quote_spanned!(here(span)=> &#value), span }
}

//! What stands in parentheses.

use proc_macro2::TokenTree;
use syn::parenthesized;
use syn::parse::ParseStream;

/// Parses what the next parentheses hold. After a mistake the rest of it is passed over: syn would otherwise report
/// what is left as a second mistake.
pub(crate) fn parenthesised<T>(
    input: ParseStream,
    parse: impl FnOnce(ParseStream) -> syn::Result<T>,
) -> syn::Result<T> {
    let content;
    parenthesized!(content in input);
    let parsed = parse(&content);
    while !content.is_empty() {
        content.parse::<TokenTree>()?;
    }
    parsed
}

//! Collects every mistake of a declaration, so that one run shows them all.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far. Only [`finish`](Self::finish) tells whether there were any, so none can be missed.
#[derive(Default)]
#[must_use]
pub(crate) struct Errors {
    first: Option<syn::Error>,
    count: usize,
}

impl Errors {
    /// Adds a mistake.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.count = self.count.saturating_add(1);
        match &mut self.first {
            Some(first) => first.combine(error),
            None => self.first = Some(error),
        }
    }

    /// Adds a mistake at `span`.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Adds a mistake that covers all of `tokens`.
    pub(crate) fn over(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// How many there are so far; a stage compares it to tell whether a part of the declaration has one.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The `compile_error!` invocations of all mistakes, if there are any.
    pub(crate) fn finish(self) -> Result<(), TokenStream> {
        self.first.map_or(Ok(()), |error| Err(error.into_compile_error()))
    }
}

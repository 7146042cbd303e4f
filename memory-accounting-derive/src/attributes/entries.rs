//! The entries of one attribute, separated by commas.

use proc_macro2::{Ident, Spacing, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, MacroDelimiter, Meta, Token};

use super::grammar::Keys;
use crate::diagnostics::Errors;

/// Whether an attribute is one of ours.
pub(crate) fn is_bounds(attribute: &Attribute) -> bool {
    attribute.path().is_ident("bounds")
}

/// Which entries a list has.
#[derive(Clone, Copy)]
pub(super) struct Entries<'a> {
    pub(super) keys: Keys<'a>,
    pub(super) example: &'a str,
}

impl Entries<'_> {
    /// Calls `entry` with each key of `attribute`, the input standing behind the key.
    pub(super) fn of_attribute(
        self,
        attribute: &Attribute,
        errors: &mut Errors,
        mut entry: impl FnMut(Ident, ParseStream, &mut Errors) -> syn::Result<()>,
    ) {
        let Meta::List(list) = &attribute.meta else {
            errors.over(
                &attribute.meta,
                format!("write `#[bounds(...)]`, for example `#[bounds({})]`", self.example),
            );
            return;
        };
        if !matches!(list.delimiter, MacroDelimiter::Paren(_)) {
            errors.over(&attribute.meta, "write `#[bounds(...)]`, with parentheses");
            return;
        }
        if list.tokens.is_empty() {
            let message =
                format!("the attribute says nothing; write for example `#[bounds({})]`", self.example);
            errors.over(&attribute.meta, message);
            return;
        }
        let parser = |input: ParseStream| self.read(input, errors, &mut entry);
        if let Err(error) = parser.parse2(list.tokens.clone()) {
            errors.push(error);
        }
    }

    /// The same for what `input` holds. After a mistake it goes on with the next entry, so that all are seen.
    pub(super) fn read(
        self,
        input: ParseStream,
        errors: &mut Errors,
        mut entry: impl FnMut(Ident, ParseStream, &mut Errors) -> syn::Result<()>,
    ) -> syn::Result<()> {
        while !input.is_empty() {
            let start = input.fork();
            if let Err(error) = self.read_one(input, errors, &mut entry) {
                errors.push(error);
                self.skip(&start)?;
                input.advance_to(&start);
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    }

    fn read_one(
        self,
        input: ParseStream,
        errors: &mut Errors,
        mut entry: impl FnMut(Ident, ParseStream, &mut Errors) -> syn::Result<()>,
    ) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format!("a key must stand here, for example `{}`", self.example)));
        }
        let key = input.call(Ident::parse_any)?;
        self.refuse_dashes(&key, input)?;
        let behind_key = input.cursor();
        let value = input.fork();
        value.parse::<Option<Token![=]>>()?;
        let parsed = entry(key, input, errors);
        // A key that stands in the place of a value is a value of the wrong kind.
        let has_value = input.cursor() != behind_key && input.cursor() != value.cursor();
        let followed_by = self.key_ahead(input).filter(|_| has_value);
        match (parsed, followed_by) {
            (_, Some(next)) => {
                Err(syn::Error::new(next.span(), format!("a comma is missing before `{next}`")))
            }
            (Err(error), None) => Err(error),
            (Ok(()), None) if input.is_empty() || input.peek(Token![,]) => Ok(()),
            (Ok(()), None) => Err(input.error("a comma is missing, or this does not belong here")),
        }
    }

    /// `per-item`
    fn refuse_dashes(self, key: &Ident, input: ParseStream) -> syn::Result<()> {
        let (ahead, mut joined) = (input.fork(), key.to_string());
        while ahead.parse::<Token![-]>().is_ok() {
            let Ok(word) = ahead.call(Ident::parse_any) else {
                return Ok(());
            };
            joined = format!("{joined}_{word}");
        }
        if *key == joined || !self.keys.names().contains(&joined.as_str()) {
            return Ok(());
        }
        Err(syn::Error::new(key.span(), format!("a key has no dashes: write `{joined}`")))
    }

    /// The key that stands next, if one does.
    fn key_ahead(self, input: ParseStream) -> Option<Ident> {
        let word = input.fork().call(Ident::parse_any).ok()?;
        self.keys.names().iter().any(|name| word == name).then_some(word)
    }

    /// Passes over an entry up to its comma. One between `<` and `>` is not it, unless a key stands behind it: then
    /// the `<` was a comparison.
    fn skip(self, input: ParseStream) -> syn::Result<()> {
        let mut open: usize = 0;
        let mut arrow_may_end = false;
        while !input.is_empty() {
            if input.peek(Token![,]) {
                let ahead = input.fork();
                ahead.parse::<Token![,]>()?;
                if open == 0 || self.key_ahead(&ahead).is_some() {
                    return Ok(());
                }
            }
            let token: TokenTree = input.parse()?;
            let TokenTree::Punct(punct) = token else {
                arrow_may_end = false;
                continue;
            };
            match punct.as_char() {
                '<' => open = open.saturating_add(1),
                '>' if !arrow_may_end => open = open.saturating_sub(1),
                _ => {}
            }
            arrow_may_end = matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint;
        }
        Ok(())
    }
}

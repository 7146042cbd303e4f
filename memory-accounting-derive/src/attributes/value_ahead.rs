//! A value that is not written as its key takes it, for the message that writes it so.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token};

use crate::syntax::written;

/// What stands next up to a comma, as a person writes it.
pub(super) struct ValueAhead(String);

impl ValueAhead {
    /// Behind a key: in parentheses, or after what stands in the place of an `=`.
    pub(super) fn of(input: ParseStream) -> Option<Self> {
        let ahead = input.fork();
        if let Ok(TokenTree::Group(group)) = input.fork().parse() {
            let in_parentheses = group.delimiter() == Delimiter::Parenthesis;
            return if in_parentheses { Self::unless_empty(&group.stream()) } else { None };
        }
        while matches!(ahead.cursor().punct(), Some((punct, _)) if matches!(punct.as_char(), ':' | '=' | '>'))
        {
            ahead.parse::<TokenTree>().ok()?;
        }
        Self::up_to_a_comma(&ahead)
    }

    /// Behind the `=`, where a word stands without quotes.
    pub(super) fn of_words(input: ParseStream) -> Option<Self> {
        if input.peek(Ident::peek_any) { Self::up_to_a_comma(&input.fork()) } else { None }
    }

    /// In quotes where those of the `example` are.
    pub(super) fn written_as(self, example: &str) -> String {
        let Self(value) = self;
        if example.starts_with('"') && !value.starts_with('"') { format!("\"{value}\"") } else { value }
    }

    fn up_to_a_comma(input: ParseStream) -> Option<Self> {
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            tokens.extend([input.parse::<TokenTree>().ok()?]);
        }
        Self::unless_empty(&tokens)
    }

    fn unless_empty(tokens: &TokenStream) -> Option<Self> {
        (!tokens.is_empty()).then(|| Self(written(tokens)))
    }
}

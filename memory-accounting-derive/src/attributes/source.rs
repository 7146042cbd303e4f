//! Where the bytes of a statement come from.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Lit, LitStr, Path, Token, Type, token};

use super::grammar::Statement;
use super::values::{equals, expression, flag, path, text, ty};
use crate::expression::{Expression, parse_expression};

/// Where the bytes of a statement come from.
pub(crate) enum Source {
    PerItem(Expression),
    Boxed,
    Bytes(Option<Expression>),
    Owned,
    With(Path),
    Subcomponent(Option<LitStr>),
    Flatten,
    Skip(LitStr),
    Items(ItemSize),
    Sizes(Type),
    /// `sizes` with `per_item` beside it.
    Sized(Box<(Type, Expression)>),
}

/// How large one item is.
pub(crate) enum ItemSize {
    Type(Box<Type>),
    Bytes(u64, Span),
}

impl ToTokens for ItemSize {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Type(ty) => ty.to_tokens(tokens),
            Self::Bytes(bytes, _) => proc_macro2::Literal::u64_unsuffixed(*bytes).to_tokens(tokens),
        }
    }
}

impl Source {
    /// Parses what the key of a statement takes.
    pub(super) fn parse(statement: Statement, key: &Ident, input: ParseStream) -> syn::Result<Self> {
        let value_follows = input.peek(Token![=]) || input.peek(token::Paren);
        match statement {
            Statement::PerItem => expression(key, input, "\"capacity\"").map(Self::PerItem),
            Statement::Boxed => flag(key, input).map(|()| Self::Boxed),
            Statement::Bytes if value_follows => {
                expression(key, input, "\"max_bytes\"").map(|bytes| Self::Bytes(Some(bytes)))
            }
            Statement::Bytes => flag(key, input).map(|()| Self::Bytes(None)),
            Statement::Owned => flag(key, input).map(|()| Self::Owned),
            Statement::With => path(key, input, "path::to::function").map(Self::With),
            Statement::Subcomponent if value_follows => {
                text(key, input, "\"name\"").map(|name| Self::Subcomponent(Some(name)))
            }
            Statement::Subcomponent => flag(key, input).map(|()| Self::Subcomponent(None)),
            Statement::Flatten => flag(key, input).map(|()| Self::Flatten),
            Statement::Skip => {
                text(key, input, "\"why it owns no heap or is counted elsewhere\"").map(Self::Skip)
            }
            Statement::Items => ItemSize::parse(key, input).map(Self::Items),
            Statement::Sizes => ty(key, input, "HashMap<Key, Value>").map(Self::Sizes),
        }
    }
}

impl ItemSize {
    /// A type, or a number of bytes.
    fn parse(key: &Ident, input: ParseStream) -> syn::Result<Self> {
        let ahead = input.fork();
        let is_number = ahead.parse::<Token![=]>().is_ok() && ahead.peek(Lit) && !ahead.peek(LitStr);
        if !is_number {
            return ty(key, input, "Event").map(|ty| Self::Type(Box::new(ty)));
        }
        equals(key, input, "360")?;
        match parse_expression(input, key.span())? {
            Expression::Integer { value: 0, span } => Err(syn::Error::new(
                span,
                "`items = 0` counts nothing; write the bytes of one, as in `items = 360`, or its type, as in `items = Event`",
            )),
            Expression::Integer { value, span } => Ok(Self::Bytes(value, span)),
            _ => Err(syn::Error::new(
                key.span(),
                "`items` takes a type, or the bytes of one as a number: write `items = Event` or `items = 360`",
            )),
        }
    }
}

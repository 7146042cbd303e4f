//! The attribute on a field: one statement and what modifies it.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Attribute, LitStr, Path, Token, Type, token};

use super::entries::Entries;
use super::typ::TYPE_KEYS;
use super::values::{expression, flag, path, set_once, text, ty, unknown_key};
use crate::errors::Errors;
use crate::expression::Expression;

/// The keys on a field: statements first, then what modifies them.
pub(super) const FIELD_KEYS: &[&str] = &[
    "per_item",
    "bytes",
    "with",
    "subcomponent",
    "flatten",
    "skip",
    "items",
    "sizes",
    "minimum",
    "firm",
    "grows",
    "insert_only",
    "headroom",
    "item_bytes",
    "item_skip",
    "times",
    "name",
    "rename",
];

/// One `#[bounds(...)]` on a field.
pub(crate) struct FieldAttribute {
    pub(crate) statement: Option<(Ident, Source)>,
    pub(crate) modifiers: Modifiers,
    /// Something in it is a mistake, so what seems to be missing may have been meant.
    pub(crate) flawed: bool,
}

/// Where the bytes of a statement come from.
pub(crate) enum Source {
    PerItem(Expression),
    Bytes(Option<Expression>),
    With(Path),
    Subcomponent(Option<LitStr>),
    Flatten,
    Skip(LitStr),
    Items(Type),
    Sizes(Type),
}

/// What stands beside the statement, each with its key.
#[derive(Default)]
pub(crate) struct Modifiers {
    pub(crate) minimum: Option<(Ident, ())>,
    pub(crate) firm: Option<(Ident, ())>,
    pub(crate) grows: Option<(Ident, ())>,
    pub(crate) insert_only: Option<(Ident, ())>,
    pub(crate) headroom: Option<(Ident, ())>,
    pub(crate) item_bytes: Option<(Ident, Expression)>,
    pub(crate) item_skip: Option<(Ident, LitStr)>,
    pub(crate) times: Option<(Ident, Expression)>,
    pub(crate) name: Option<(Ident, LitStr)>,
    pub(crate) rename: Option<(Ident, LitStr)>,
}

impl FieldAttribute {
    pub(crate) fn parse(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut parsed = Self { statement: None, modifiers: Modifiers::default(), flawed: false };
        let before = errors.count();
        let entries = Entries { keys: FIELD_KEYS, example: "per_item = \"capacity\"" };
        entries.of_attribute(attribute, errors, |key, input, errors| parsed.entry(key, input, errors));
        parsed.flawed = errors.count() > before;
        parsed
    }

    fn entry(&mut self, key: Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<()> {
        let modifiers = &mut self.modifiers;
        match key.to_string().as_str() {
            "minimum" => amount(&key, input).map(|()| set_once(&mut modifiers.minimum, key, (), errors)),
            "firm" => amount(&key, input).map(|()| set_once(&mut modifiers.firm, key, (), errors)),
            "grows" => flag(&key, input).map(|()| set_once(&mut modifiers.grows, key, (), errors)),
            "insert_only" => {
                flag(&key, input).map(|()| set_once(&mut modifiers.insert_only, key, (), errors))
            }
            "headroom" => flag(&key, input).map(|()| set_once(&mut modifiers.headroom, key, (), errors)),
            "item_bytes" => expression(&key, input, "\"max_name_bytes\"")
                .map(|value| set_once(&mut modifiers.item_bytes, key, value, errors)),
            "item_skip" => text(&key, input, "\"why the items' heap is not counted here\"")
                .map(|value| set_once(&mut modifiers.item_skip, key, value, errors)),
            "times" => expression(&key, input, "\"workers\"")
                .map(|value| set_once(&mut modifiers.times, key, value, errors)),
            "name" => {
                text(&key, input, "\"cache\"").map(|value| set_once(&mut modifiers.name, key, value, errors))
            }
            "rename" => text(&key, input, "\"the_config_key\"")
                .map(|value| set_once(&mut modifiers.rename, key, value, errors)),
            _ => {
                let source = source(&key, input)?;
                self.set_statement(key, source, errors);
                Ok(())
            }
        }
    }

    fn set_statement(&mut self, key: Ident, source: Source, errors: &mut Errors) {
        let Some((first, _)) = &self.statement else {
            self.statement = Some((key, source));
            return;
        };
        if *first == key {
            errors.at(first.span(), format!("`{key}` is given here first"));
            errors.at(
                key.span(),
                format!("`{key}` is given twice; a second one needs its own `#[bounds(...)]`"),
            );
        } else {
            errors.at(first.span(), format!("`{first}` is one statement"));
            let message = format!("`{key}` is another; each statement needs its own `#[bounds(...)]`");
            errors.at(key.span(), message);
        }
    }
}

/// `minimum` and `firm` stand alone on a field; on the type they are a list.
fn amount(key: &Ident, input: ParseStream) -> syn::Result<()> {
    if input.peek(token::Paren) {
        let message = format!(
            "`{key}(...)` declares memory that no field owns and belongs on the type, above `struct` or `enum`; on a \
             field, `{key}` stands alone beside a statement, as in `bytes = \"max_bytes\", {key}`"
        );
        return Err(syn::Error::new(key.span(), message));
    }
    flag(key, input)
}

/// Parses what the key of a statement takes.
fn source(key: &Ident, input: ParseStream) -> syn::Result<Source> {
    let value_follows = input.peek(Token![=]);
    match key.to_string().as_str() {
        "per_item" => expression(key, input, "\"capacity\"").map(Source::PerItem),
        "bytes" if value_follows => {
            expression(key, input, "\"max_bytes\"").map(|bytes| Source::Bytes(Some(bytes)))
        }
        "bytes" => flag(key, input).map(|()| Source::Bytes(None)),
        "with" => path(key, input, "path::to::function").map(Source::With),
        "subcomponent" if value_follows => {
            text(key, input, "\"name\"").map(|name| Source::Subcomponent(Some(name)))
        }
        "subcomponent" => flag(key, input).map(|()| Source::Subcomponent(None)),
        "flatten" => flag(key, input).map(|()| Source::Flatten),
        "skip" => text(key, input, "\"why it owns no heap or is counted elsewhere\"").map(Source::Skip),
        "items" => ty(key, input, "Event").map(Source::Items),
        "sizes" => ty(key, input, "HashMap<Key, Value>").map(Source::Sizes),
        _ => {
            Err(unknown_key(key, (FIELD_KEYS, "a field"), (TYPE_KEYS, "the type, above `struct` or `enum`")))
        }
    }
}

//! Settings and constants, each where its value is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Path, Type};

use super::is_constant;
use super::path::path_to;
use crate::check::checker::Checker;
use crate::check::scope::{Access, Scope, here};
use crate::check::unsuited::{Place as Asked, last_word, unsuited, written_name};
use crate::expression::{Expression, Place, Segment};
use crate::input::Field;
use crate::model::Trait;
use crate::syntax::written;

/// What a path leads to.
pub(super) enum Found {
    Setting { key: String, value: TokenStream, span: Span },
    Constant { name: String, path: Path },
}

/// What a value is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Purpose {
    /// As a setting.
    Setting,
    /// As a setting that may be absent, which it is said what it then means.
    Optional,
    /// As a number that is no setting.
    Fixed,
}

impl Purpose {
    fn needs(self) -> Trait {
        match self {
            Self::Setting | Self::Fixed => Trait::ConfigValue,
            Self::Optional => Trait::OptionalSetting,
        }
    }
}

impl Checker<'_> {
    /// What `place` leads to, a setting under `key` where that is given; `None` where a mistake was noted.
    pub(super) fn find(
        &mut self,
        place: &Expression,
        purpose: Purpose,
        key: Option<&String>,
        scope: &Scope<'_>,
    ) -> Option<Found> {
        match place {
            Expression::Constant(path) => Some(Found::Constant { name: written(path), path: path.clone() }),
            Expression::Word(word) => self.find_word(word, purpose, key, scope),
            Expression::Place(place) => self.find_place(place, purpose, key, scope),
            _ => None,
        }
    }

    fn find_word(
        &mut self,
        word: &Ident,
        purpose: Purpose,
        key: Option<&String>,
        scope: &Scope<'_>,
    ) -> Option<Found> {
        if let Some(field) = scope.field(word) {
            return self.find_field(field, word.span(), purpose, key, scope);
        }
        if is_constant(word) {
            let Some(key) = key else {
                return Some(Found::Constant { name: word.unraw().to_string(), path: word.clone().into() });
            };
            let message = format!(
                "`key` names a setting, and `{word}` is no field; write `constant(\"{key}\", {word})` for a number that nobody sets"
            );
            self.errors.at(word.span(), message);
            return None;
        }
        self.unknown_field(&word.unraw().to_string(), word.span(), scope);
        None
    }

    fn find_place(
        &mut self,
        place: &Place,
        purpose: Purpose,
        key: Option<&String>,
        scope: &Scope<'_>,
    ) -> Option<Found> {
        let span = place.first.span();
        let rest = place.rest.as_slice();
        if place.first != "self" {
            let Some(field) = scope.field(&place.first) else {
                let first = place.first.unraw().to_string();
                let whole = place.rest.iter().fold(first.clone(), |text, segment| text + &segment.written());
                let written = if scope.field_with_config_key(&whole).is_some() { whole } else { first };
                self.unknown_field(&written, span, scope);
                return None;
            };
            return self.find_below(field, rest, span, purpose, key, scope);
        }
        let (first, after) = rest.split_first()?;
        let wanted = match first {
            Segment::Call(name) => {
                if let Some(field) = scope.field(name) {
                    let path = rest.iter().fold("self".to_owned(), |path, segment| path + &segment.written());
                    self.refuse_skipped(field, &path, name.span(), purpose)?;
                    self.refuse_unknown_key(field, name.span(), purpose, key)?;
                }
                let this = Ident::new("self", here(span));
                let (of_accessor, members_under) = scope.accessor(name);
                return Some(path_to(
                    &quote!(#this.#name()),
                    (&of_accessor, &members_under),
                    after,
                    span,
                    purpose,
                    key,
                ));
            }
            Segment::Field(name) => name.unraw().to_string(),
            Segment::Index(index, _) => index.to_string(),
        };
        let Some(field) = scope.fields.iter().find(|field| field.name() == wanted) else {
            self.unknown_field(&wanted, first.span(), scope);
            return None;
        };
        if after.is_empty() {
            return self.find_field(field, first.span(), purpose, key, scope);
        }
        self.find_below(field, after, span, purpose, key, scope)
    }

    /// What the path `rest` behind a field leads to.
    fn find_below(
        &mut self,
        field: &Field,
        rest: &[Segment],
        span: Span,
        purpose: Purpose,
        key: Option<&String>,
        scope: &Scope<'_>,
    ) -> Option<Found> {
        let path = rest.iter().fold(written_name(&field.name()), |path, segment| path + &segment.written());
        self.refuse_skipped(field, &path, span, purpose)?;
        self.refuse_unknown_key(field, span, purpose, key)?;
        self.refuse_absent(field, rest, span, key)?;
        self.require_copy(field, scope);
        if let ([Segment::Call(accessor)], true) = (rest, is_non_zero(&field.ty)) {
            if accessor == "get" {
                let (key, value) = (key.unwrap_or(&field.config_key), scope.reference(field, span));
                self.note_setting(field, (key, &value), purpose, span);
            }
        }
        let base = scope.place(field, span);
        // The first of several has a key of its own in the file, that of its position.
        if let (Type::Tuple(_) | Type::Array(_), Some((Segment::Index(0, at), rest))) =
            (&field.ty, rest.split_first())
        {
            let (first, index) = (format!("{}0", field.members_under), syn::Index { index: 0, span: *at });
            return Some(path_to(
                &quote!(#base.#index),
                (&first, &format!("{first}.")),
                rest,
                span,
                purpose,
                key,
            ));
        }
        Some(path_to(&base, (&field.config_key, &field.members_under), rest, span, purpose, key))
    }

    /// A field whose own value counts, named in an expression.
    fn find_field(
        &mut self,
        field: &Field,
        span: Span,
        purpose: Purpose,
        key: Option<&String>,
        scope: &Scope<'_>,
    ) -> Option<Found> {
        let (key, value) = self.value_of(field, span, (purpose, Asked::Expression), key, scope)?;
        Some(Found::Setting { key, value, span })
    }

    /// The key of a field whose own value counts, and a reference to the value.
    pub(in crate::check) fn value_of(
        &mut self,
        field: &Field,
        span: Span,
        (purpose, asked): (Purpose, Asked<'_>),
        key: Option<&String>,
        scope: &Scope<'_>,
    ) -> Option<(String, TokenStream)> {
        if let Some(message) = unsuited(field, purpose, asked) {
            self.errors.at(span, message);
            return None;
        }
        self.refuse_skipped(field, &written_name(&field.name()), span, purpose)?;
        self.refuse_unknown_key(field, span, purpose, key)?;
        self.require(&field.ty, purpose.needs());
        self.require_copy(field, scope);
        let value = self.checked_setting(field, span, (purpose, asked), scope.reference(field, span));
        let key = key.unwrap_or(&field.config_key).clone();
        self.note_setting(field, (&key, &value), purpose, span);
        Some((key, value))
    }

    /// Notes that a field of a packed struct is read by copy.
    pub(in crate::check) fn require_copy(&mut self, field: &Field, scope: &Scope<'_>) {
        if scope.access == Access::Copied {
            self.require(&field.ty, Trait::Copy);
        }
    }
}

/// Whether the type is spelt as a number that is never 0, of which `get` gives the number.
fn is_non_zero(ty: &Type) -> bool {
    last_word(ty).is_some_and(|word| word.starts_with("NonZero"))
}

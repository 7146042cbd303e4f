//! What the words of an expression stand for.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::checker::Checker;
use super::scope::{Access, Scope, here};
use crate::diagnostics::likely;
use crate::expression::{Expression, Place, Segment};
use crate::input::Field;
use crate::model::{Trait, Tree};
use crate::syntax::written;

/// How many levels an expression may have. Container rules and subcomponents add some, and the whole must stay below the
/// 60 that readers of JSON take.
const MOST_REPORTED_LEVELS: usize = 40;

impl Checker<'_> {
    /// Finds what every word of `expression` stands for; `None` where a mistake was noted.
    pub(super) fn resolve(&mut self, expression: &Expression, scope: &Scope<'_>) -> Option<Tree> {
        self.shown_config_keys.clear();
        let tree = self.resolve_part(expression, scope)?;
        let depth = expression.depth();
        if depth > MOST_REPORTED_LEVELS {
            let message = format!(
                "the expression has {depth} levels, but at most {MOST_REPORTED_LEVELS} can be reported; give parts of it a name with accessors"
            );
            self.errors.at(span_of(expression), message);
            return None;
        }
        Some(tree)
    }

    fn resolve_part(&mut self, expression: &Expression, scope: &Scope<'_>) -> Option<Tree> {
        match expression {
            Expression::Integer { value, span } => Some(Tree::Number { value: *value, span: *span }),
            Expression::SizeOf { ty, span } => {
                Some(Tree::SizeOf { name: written(ty), ty: ty.clone(), span: *span })
            }
            Expression::Constant(path) => Some(Tree::Constant { name: written(path), path: path.clone() }),
            Expression::Word(word) => self.resolve_word(word, scope, None),
            Expression::Place(place) => self.resolve_place(place, scope, None),
            Expression::Key { name, place, .. } => match &**place {
                Expression::Word(word) => self.resolve_word(word, scope, Some(name)),
                Expression::Place(place) => self.resolve_place(place, scope, Some(name)),
                _ => None,
            },
            Expression::Many { operator, operands } => {
                // All operands are looked at before giving up, so that all mistakes are seen.
                let resolved: Vec<_> =
                    operands.iter().map(|operand| self.resolve_part(operand, scope)).collect();
                let operands = resolved.into_iter().collect::<Option<Vec<_>>>()?;
                Some(Tree::Many { operator: *operator, operands })
            }
            Expression::Difference(operands) => Some(Tree::Difference(self.resolve_two(operands, scope)?)),
            Expression::Quotient(operands) => Some(Tree::Quotient(self.resolve_two(operands, scope)?)),
        }
    }

    fn resolve_two(&mut self, [left, right]: &[Expression; 2], scope: &Scope<'_>) -> Option<Box<[Tree; 2]>> {
        let (left, right) = (self.resolve_part(left, scope), self.resolve_part(right, scope));
        Some(Box::new([left?, right?]))
    }

    fn resolve_word(&mut self, word: &Ident, scope: &Scope<'_>, config_key: Option<&String>) -> Option<Tree> {
        if let Some(field) = scope.fields.iter().find(|field| field.is_named(word)) {
            return self.setting(field, word.span(), scope, config_key);
        }
        let starts_upper = word.unraw().to_string().starts_with(|letter: char| letter.is_ascii_uppercase());
        if starts_upper && config_key.is_none() {
            return Some(Tree::Constant { name: word.unraw().to_string(), path: word.clone().into() });
        }
        self.unknown_field(&word.unraw().to_string(), word.span(), scope);
        None
    }

    fn resolve_place(
        &mut self,
        place: &Place,
        scope: &Scope<'_>,
        config_key: Option<&String>,
    ) -> Option<Tree> {
        let span = place.first.span();
        let mut rest = place.rest.as_slice();
        if place.first != "self" {
            let Some(field) = scope.fields.iter().find(|field| field.is_named(&place.first)) else {
                let first = place.first.unraw().to_string();
                let whole = place.rest.iter().fold(first.clone(), |text, segment| text + &segment.written());
                let written = if scope.field_with_config_key(&whole).is_some() { whole } else { first };
                self.unknown_field(&written, span, scope);
                return None;
            };
            self.refuse_skipped(field, span)?;
            self.require_copy(field, scope);
            return Some(path_to(&scope.place(field, span), &field.members_under, rest, span, config_key));
        }
        let (first, after) = rest.split_first()?;
        let wanted = match first {
            Segment::Call(_) => {
                let this = Ident::new("self", here(span));
                return Some(path_to(&quote!(#this), scope.prefix, rest, span, config_key));
            }
            Segment::Field(name) => name.unraw().to_string(),
            Segment::Index(index, _) => index.to_string(),
        };
        rest = after;
        let Some(field) = scope.fields.iter().find(|field| field.name() == wanted) else {
            self.unknown_field(&wanted, segment_span(first), scope);
            return None;
        };
        if rest.is_empty() {
            return self.setting(field, segment_span(first), scope, config_key);
        }
        self.refuse_skipped(field, span)?;
        self.require_copy(field, scope);
        Some(path_to(&scope.place(field, span), &field.members_under, rest, span, config_key))
    }

    /// A field whose own value counts.
    pub(super) fn setting(
        &mut self,
        field: &Field,
        span: Span,
        scope: &Scope<'_>,
        config_key: Option<&String>,
    ) -> Option<Tree> {
        self.refuse_skipped(field, span)?;
        self.require(&field.ty, Trait::ConfigValue);
        self.require_copy(field, scope);
        let key = config_key.unwrap_or(&field.config_key).clone();
        Some(Tree::Config { key, value: scope.reference(field, span), span })
    }

    /// Notes that a field of a packed struct is read by copy.
    pub(super) fn require_copy(&mut self, field: &Field, scope: &Scope<'_>) {
        if scope.access == Access::Copied {
            self.require(&field.ty, Trait::Copy);
        }
    }

    fn refuse_skipped(&mut self, field: &Field, span: Span) -> Option<()> {
        if !field.serde_skipped {
            return Some(());
        }
        let name = field.name();
        let message = format!(
            "serde skips `{name}`, so no operator can set it; use a setting that can be set, or a constant"
        );
        self.errors.at(span, message);
        None
    }

    fn unknown_field(&mut self, word: &str, span: Span, scope: &Scope<'_>) {
        let names: Vec<String> = scope.fields.iter().map(Field::name).collect();
        let is_index = word.starts_with(|letter: char| letter.is_ascii_digit());
        let is_key = |key: &str, field: &Field| {
            format!("`{key}` is the config key of field `{}`; an expression names the field", field.name())
        };
        let message = if let Some(field) = scope.field_with_config_key(word) {
            is_key(word, field)
        } else if let Some(field) = scope.field_with_word_in_config_key(word) {
            if self.shown_config_keys.contains(&field.config_key) {
                return;
            }
            self.shown_config_keys.push(field.config_key.clone());
            is_key(&field.config_key, field)
        } else if names.is_empty() {
            format!(
                "there is no field `{word}` here; only constants, numbers and accessors such as `self.{word}()` can be named"
            )
        } else if let Some(likely) = likely(word, names.iter().map(String::as_str)).filter(|_| !is_index) {
            format!("there is no field `{word}`; `{likely}` was probably meant")
        } else {
            let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!(
                "there is no field `{word}`; the fields are {known}, and a constant is written in upper case or as a path"
            )
        };
        self.errors.at(span, message);
    }
}

/// The setting at the end of a path that begins at `base`, whose members an operator knows with `in_front` in front.
fn path_to(
    base: &TokenStream,
    in_front: &str,
    rest: &[Segment],
    span: Span,
    config_key: Option<&String>,
) -> Tree {
    let mut value = base.clone();
    let mut names: Vec<String> = Vec::new();
    for segment in rest {
        match segment {
            Segment::Field(name) => {
                names.push(name.unraw().to_string());
                value = quote!(#value.#name);
            }
            Segment::Index(index, span) => {
                names.push(index.to_string());
                let index = syn::Index { index: *index, span: *span };
                value = quote!(#value.#index);
            }
            Segment::Call(name) => {
                names.push(name.unraw().to_string());
                value = quote!(#value.#name());
            }
        }
    }
    let key = config_key.cloned().unwrap_or_else(|| format!("{in_front}{}", names.join(".")));
    Tree::Config { key, value: quote::quote_spanned!(here(span)=> &#value), span }
}

fn segment_span(segment: &Segment) -> Span {
    match segment {
        Segment::Field(name) | Segment::Call(name) => name.span(),
        Segment::Index(_, span) => *span,
    }
}

fn span_of(expression: &Expression) -> Span {
    match expression {
        Expression::Integer { span, .. } | Expression::SizeOf { span, .. } | Expression::Key { span, .. } => {
            *span
        }
        Expression::Word(word) => word.span(),
        Expression::Constant(path) => syn::spanned::Spanned::span(path),
        Expression::Place(place) => place.first.span(),
        Expression::Many { operands, .. } => operands.first().map_or_else(Span::call_site, span_of),
        Expression::Difference(operands) | Expression::Quotient(operands) => {
            let [left, _] = &**operands;
            span_of(left)
        }
    }
}

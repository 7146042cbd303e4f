//! What the words of an expression stand for.

mod found;
mod path;
mod refused;
mod unknown;

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::ext::IdentExt;

use self::found::Found;
pub(super) use self::found::Purpose;
use super::checker::Checker;
use super::scope::{Scope, here};
use crate::expression::Expression;
use crate::model::Tree;
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
            Expression::Word(word) if is_unlimited(word, scope) => Some(Tree::Unlimited),
            Expression::Constant(_)
            | Expression::Word(_)
            | Expression::Place(_)
            | Expression::Absent { .. } => self.resolve_named(expression, None, scope),
            Expression::Key { name, place, .. } => self.resolve_named(place, Some(name), scope),
            Expression::Fixed { name, place, .. } => {
                let (value, span) = match self.find(place, Purpose::Fixed, None, scope)? {
                    Found::Setting { value, span, .. } => (value, span),
                    Found::Constant { path, .. } => {
                        let span = syn::spanned::Spanned::span(&path);
                        (quote::quote_spanned!(here(span)=> &#path), span)
                    }
                };
                Some(Tree::Fixed { name: name.clone(), value, span })
            }
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

    /// A setting, under `key` where that is given, or a constant.
    fn resolve_named(&mut self, place: &Expression, key: Option<&String>, scope: &Scope<'_>) -> Option<Tree> {
        let Expression::Absent { place, default, .. } = place else {
            return self.find(place, Purpose::Setting, key, scope).map(|found| match found {
                Found::Setting { key, value, span } => Tree::Config { key, value, span },
                Found::Constant { name, path } => Tree::Constant { name, path },
            });
        };
        let found = self.find(place, Purpose::Optional, key, scope);
        let default = Box::new(self.resolve_part(default, scope)?);
        Some(match found? {
            Found::Setting { key: name, value, span } => {
                Tree::Optional { name, value, constant: false, default, span }
            }
            Found::Constant { name, path } => {
                let span = syn::spanned::Spanned::span(&path);
                Tree::Optional { name, value: quote!(&#path), constant: true, default, span }
            }
        })
    }
}

/// Whether `word` means that there is no limit, which it does where no field is called so.
fn is_unlimited(word: &Ident, scope: &Scope<'_>) -> bool {
    word == "unlimited" && !scope.fields.iter().any(|field| field.is_named(word))
}

fn is_constant(word: &Ident) -> bool {
    word.unraw().to_string().starts_with(|letter: char| letter.is_ascii_uppercase())
}

fn span_of(expression: &Expression) -> Span {
    match expression {
        Expression::Integer { span, .. }
        | Expression::SizeOf { span, .. }
        | Expression::Key { span, .. }
        | Expression::Fixed { span, .. }
        | Expression::Absent { span, .. } => *span,
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

//! What one `#[bounds(...)]` on a field says.

use proc_macro2::{Ident, Span};
use syn::Type;
use syn::spanned::Spanned;

use super::checker::Checker;
use super::resolve::Purpose;
use super::scope::Scope;
use super::unsuited::{Place, unsuited};
use crate::attributes::{Modifiers, Source, refuse_beside_skip};
use crate::expression::Expression;
use crate::input::Field;
use crate::model::{Form, Part, Step, StepKind, Trait, Tree};
use crate::syntax::written;

/// A mistake that is already among the errors.
struct Noted;

impl Checker<'_> {
    /// All statements of one field, in order.
    pub(super) fn statements(&mut self, field: &Field, scope: &Scope<'_>) -> Vec<Step> {
        self.check_skip_stands_alone(field);
        if field.attributes.iter().all(|attribute| attribute.statement.is_none() && !attribute.flawed) {
            self.check_unaccounted(field);
        }
        let mut steps = Vec::new();
        for attribute in &field.attributes {
            if let Some((key, source)) = &attribute.statement {
                steps.extend(self.statement(field, &attribute.modifiers, key, source, scope));
                steps.extend(skipped_items(field, &attribute.modifiers, source));
            }
        }
        steps
    }

    fn statement(
        &mut self,
        field: &Field,
        modifiers: &Modifiers,
        key: &Ident,
        source: &Source,
        scope: &Scope<'_>,
    ) -> Option<Step> {
        let span = key.span();
        let part = if modifiers.minimum.is_some() { Part::Minimum } else { Part::Firm };
        let label = modifiers.name.as_ref().map_or_else(|| field.name(), |(_, name)| name.value());
        let at = |span, kind| Some(Step { span, kind });
        match source {
            Source::PerItem(count) => {
                let items = self.resolve(count, scope);
                let ty_span = field.ty.span();
                self.container(&field.ty, ty_span, &label, items, key, modifiers, part, scope)
            }
            Source::Boxed => {
                self.require(&field.ty, Trait::OwningPointer);
                let item_bytes = self.item_bytes(modifiers, scope).ok()?;
                if item_bytes.is_none() && modifiers.item_skip.is_none() {
                    self.check_value_behind(&label, &field.ty);
                }
                let times = self.optional(modifiers.times.as_ref(), scope).ok()?;
                let ty = field.ty.clone();
                at(ty.span(), StepKind::Boxed { part, label, ty, item_bytes, times })
            }
            Source::Sizes(container) => {
                let items = self.own_value(field, &said(key, container), modifiers, scope);
                self.container(container, container.span(), &label, items, key, modifiers, part, scope)
            }
            Source::Items(ty) => {
                let items = self.own_value(field, &said(key, ty), modifiers, scope);
                let item_bytes = self.item_bytes(modifiers, scope).ok()?;
                if item_bytes.is_none() && modifiers.item_skip.is_none() {
                    self.check_items(&label, ty);
                }
                at(ty.span(), StepKind::Items { part, label, ty: ty.clone(), items: items?, item_bytes })
            }
            Source::Bytes(Some(bytes)) => {
                let tree = self.resolve(bytes, scope)?;
                at(span, StepKind::Entry { part, label, tree })
            }
            Source::Bytes(None) => {
                let tree = self.own_value(field, "bytes", modifiers, scope)?;
                at(span, StepKind::Entry { part, label, tree })
            }
            Source::With(function) => {
                self.require_copy(field, scope);
                let field = scope.reference(field, function.span());
                at(function.span(), StepKind::With { part, label, function: function.clone(), field })
            }
            Source::Subcomponent(name) => {
                if let (Some(first), Some((second, _))) = (name, &modifiers.name) {
                    self.errors.at(first.span(), "the subcomponent is named here");
                    self.errors.at(second.span(), "and named again here; remove one");
                }
                self.require(&field.ty, Trait::MemoryBounds);
                self.require_copy(field, scope);
                let written = name.as_ref().or(modifiers.name.as_ref().map(|(_, name)| name));
                let name = written.map_or(label, syn::LitStr::value);
                self.claim_subcomponent(&name, written.map_or(span, syn::LitStr::span));
                let times = self.optional(modifiers.times.as_ref(), scope).ok()?;
                let span = field.ty.span();
                at(span, StepKind::Subcomponent { name, field: scope.reference(field, span), times })
            }
            Source::Flatten => {
                self.require(&field.ty, Trait::MemoryBounds);
                self.require_copy(field, scope);
                let times = self.optional(modifiers.times.as_ref(), scope).ok()?;
                let span = field.ty.span();
                at(span, StepKind::Flatten { field: scope.reference(field, span), times })
            }
            Source::Skip(reason) => {
                at(span, StepKind::Skipped { name: field.name(), reason: reason.value() })
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what `per_item` and `sizes` share, from one caller each")]
    fn container(
        &mut self,
        ty: &Type,
        span: Span,
        label: &str,
        items: Option<Tree>,
        key: &Ident,
        modifiers: &Modifiers,
        part: Part,
        scope: &Scope<'_>,
    ) -> Option<Step> {
        let form = match modifiers {
            Modifiers { headroom: Some(_), .. } => Form::Headroom,
            Modifiers { insert_only: Some(_), grows: Some(_), .. } => Form::InsertOnlyGrown,
            Modifiers { insert_only: Some(_), .. } => Form::InsertOnly,
            Modifiers { grows: Some(_), .. } => Form::Grown,
            _ => Form::WithCapacity,
        };
        let needed = match form {
            Form::WithCapacity | Form::Grown => Trait::Container,
            Form::InsertOnly | Form::InsertOnlyGrown | Form::Headroom => Trait::HashContainer,
        };
        self.require(ty, needed);
        let item_bytes = self.item_bytes(modifiers, scope).ok()?;
        if item_bytes.is_none() && modifiers.item_skip.is_none() {
            self.check_items_of_container(label, ty, span, &key.to_string());
        }
        let kind = StepKind::Container {
            part,
            label: label.to_owned(),
            ty: ty.clone(),
            form,
            items: items?,
            item_bytes,
        };
        Some(Step { span, kind })
    }

    /// The field's own value, as the setting that `statement` needs.
    fn own_value(
        &mut self,
        field: &Field,
        statement: &str,
        modifiers: &Modifiers,
        scope: &Scope<'_>,
    ) -> Option<Tree> {
        let span = field.ty.span();
        let purpose = if modifiers.or.is_some() { Purpose::Optional } else { Purpose::Setting };
        let suited = match unsuited(field, purpose, Place::Statement(statement)) {
            Some(message) => {
                self.errors.at(span, message);
                None
            }
            None => self.value_of(field, span, purpose, None, scope),
        };
        let default = self.optional(modifiers.or.as_ref(), scope).ok()?;
        let (name, value) = suited?;
        Some(match default.map(Box::new) {
            Some(default) => Tree::Optional { name, value, constant: false, default, span },
            None => Tree::Config { key: name, value, span },
        })
    }

    fn item_bytes(&mut self, modifiers: &Modifiers, scope: &Scope<'_>) -> Result<Option<Tree>, Noted> {
        self.optional(modifiers.item_bytes.as_ref(), scope)
    }

    /// What a modifier says, if it is there.
    fn optional(
        &mut self,
        modifier: Option<&(Ident, Expression)>,
        scope: &Scope<'_>,
    ) -> Result<Option<Tree>, Noted> {
        match modifier {
            Some((_, expression)) => self.resolve(expression, scope).map(Some).ok_or(Noted),
            None => Ok(None),
        }
    }

    /// `skip` says that nothing is counted, so nothing else may be.
    fn check_skip_stands_alone(&mut self, field: &Field) {
        let statements = || field.attributes.iter().filter_map(|attribute| attribute.statement.as_ref());
        let is_skip = |source: &Source| matches!(source, Source::Skip(_));
        let Some((position, (skip, _))) = statements().enumerate().find(|(_, (_, source))| is_skip(source))
        else {
            return;
        };
        for (_, (other, _)) in statements().enumerate().filter(|(other, _)| *other != position) {
            refuse_beside_skip(skip, other, &mut self.errors);
        }
    }
}

/// The statement with its type, as it is written.
fn said(key: &Ident, ty: &Type) -> String {
    format!("{key} = {}", written(ty))
}

/// What reports show of items whose heap memory is not counted.
fn skipped_items(field: &Field, modifiers: &Modifiers, source: &Source) -> Option<Step> {
    let (key, reason) = modifiers.item_skip.as_ref()?;
    let name = modifiers.name.as_ref().map_or_else(|| field.name(), |(_, name)| name.value());
    let items = if matches!(source, Source::Boxed) { "value" } else { "items" };
    let kind = StepKind::Skipped { name: format!("{name} {items}"), reason: reason.value() };
    Some(Step { span: key.span(), kind })
}

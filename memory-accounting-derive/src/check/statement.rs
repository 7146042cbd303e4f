//! What one `#[bounds(...)]` on a field says.

use proc_macro2::Ident;
use syn::spanned::Spanned;

use super::amounts::{Declaring, Stated};
use super::checker::Checker;
use super::pointers::{component_in, is_owner, item_of};
use super::resolve::Purpose;
use super::scope::Scope;
use super::unsuited::Place;
use crate::attributes::{FieldAttribute, Modifiers, Source, refuse_beside_skip};
use crate::input::Field;
use crate::model::{Amount, Naming, Step, StepKind, Trait, Tree};
use crate::names::OF_THE_HOLDER;
use crate::syntax::written;

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
                steps.extend(self.statement(field, attribute, key, source, scope));
                let what = if matches!(source, Source::Boxed) { "value" } else { "items" };
                steps.extend(skipped_items(&label(field, &attribute.modifiers), what, &attribute.modifiers));
            }
        }
        steps
    }

    fn statement(
        &mut self,
        field: &Field,
        attribute: &FieldAttribute,
        key: &Ident,
        source: &Source,
        scope: &Scope<'_>,
    ) -> Option<Step> {
        let modifiers = &attribute.modifiers;
        let mut stated = Stated::of(label(field, modifiers), key, modifiers);
        stated.declaring = declaring(field, source);
        let times = self.optional(modifiers.times.as_ref(), scope);
        let ty_span = field.ty.span();
        let amount = |amount| StepKind::Amount(Box::new(amount));
        let (span, kind) = match source {
            Source::PerItem(count) => {
                let items = self.resolve(count, scope);
                (key.span(), amount(self.container(&field.ty, items, &stated, scope)?))
            }
            Source::Boxed => (ty_span, amount(self.boxed(&field.ty, &stated, scope)?)),
            Source::Sizes(container) => {
                let items = self.own_value(field, &said(key, container), modifiers, scope);
                (key.span(), amount(self.container(container, items, &stated, scope)?))
            }
            Source::Items(size) => {
                self.refuse_field_as_type(field, size, scope)?;
                let items = self.own_value(field, &said(key, size), modifiers, scope);
                let (span, items) = self.items(size, items, &stated, scope)?;
                (span, amount(items))
            }
            Source::Bytes(None) => {
                let tree = self.own_value(field, "bytes", modifiers, scope)?;
                (key.span(), amount(stated.entry(tree)))
            }
            Source::Bytes(Some(_)) | Source::Sized(..) => {
                (key.span(), amount(self.without_field(source, &stated, scope)?))
            }
            Source::Owned => {
                self.require(&field.ty, Trait::OwnedHeap);
                self.require_copy(field, scope);
                let Stated { part, label, .. } = stated;
                let owned = Amount::Owned { part, label, field: scope.reference(field, ty_span) };
                (ty_span, amount(owned))
            }
            Source::With(function) => {
                self.require_copy(field, scope);
                let field = scope.reference(field, function.span());
                let Stated { part, label, .. } = stated;
                let with = Amount::With { part, label, function: function.clone(), field };
                (function.span(), amount(with))
            }
            Source::Subcomponent(name) => {
                if let (Some(first), Some((second, _))) = (name, &modifiers.name) {
                    self.errors.at(first.span(), "the subcomponent is named here");
                    self.errors.at(second.span(), "and named again here; remove one");
                }
                let named = modifiers.named.as_ref().map(|(_, path)| Naming {
                    function: path.clone(),
                    behind_pointers: item_of(&field.ty).is_some_and(is_owner),
                });
                // Of a list with names its items declare bounds, and the list itself need not.
                let declaring = if named.is_some() { component_in(&field.ty) } else { None };
                self.require(declaring.unwrap_or(&field.ty), Trait::MemoryBounds);
                self.require_copy(field, scope);
                let written = name.as_ref().or(modifiers.name.as_ref().map(|(_, name)| name));
                let name = written.map_or_else(|| field.component.clone(), syn::LitStr::value);
                self.claim_subcomponent(&name, written.map_or(key.span(), syn::LitStr::span));
                let key = field.config_key.clone();
                (ty_span, StepKind::Subcomponent { name, key, named, field: scope.reference(field, ty_span) })
            }
            Source::Flatten => {
                self.require(&field.ty, Trait::MemoryBounds);
                self.require_copy(field, scope);
                self.refuse_unknown_members(field, key.span());
                let (key, under) = (field.config_key.clone(), field.members_under.clone());
                (ty_span, StepKind::Flatten { under, key, field: scope.reference(field, ty_span) })
            }
            Source::Skip(reason) => {
                (key.span(), StepKind::Skipped { name: field.label.clone(), reason: reason.value() })
            }
        };
        Some(Step { span, times: times.ok()?, kind })
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
        let own = self.value_of(field, span, (purpose, Place::Statement(statement)), None, scope);
        let default = self.optional(modifiers.or.as_ref(), scope).ok()?;
        let (name, value) = own?;
        Some(match default.map(Box::new) {
            Some(default) => Tree::Optional { name, value, constant: false, default, span },
            None => Tree::Config { key: name, value, span },
        })
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

/// Whether what is in the field is declared beside `source`, which says how much of it there is.
fn declaring(field: &Field, source: &Source) -> Declaring {
    let mut statements = field.attributes.iter().filter_map(|attribute| attribute.statement.as_ref());
    let declares =
        |(_, source): &(Ident, Source)| matches!(source, Source::Subcomponent(_) | Source::Flatten);
    match source {
        Source::PerItem(_) | Source::Boxed | Source::Sized(_) if statements.any(declares) => Declaring::Does,
        Source::PerItem(_) | Source::Boxed => Declaring::Could,
        _ => Declaring::Cannot,
    }
}

/// The name of the entry: that of the field, unless another is given.
fn label(field: &Field, modifiers: &Modifiers) -> String {
    modifiers.name.as_ref().map_or_else(|| field.label.clone(), |(_, name)| name.value())
}

/// The statement with its type or number, as it is written.
fn said(key: &Ident, value: &impl quote::ToTokens) -> String {
    format!("{key} = {}", written(value))
}

/// What reports show of items, or of the `what` there is else, whose heap memory is not counted.
pub(super) fn skipped_items(label: &str, what: &str, modifiers: &Modifiers) -> Option<Step> {
    let (key, reason) = modifiers.item_skip.as_ref()?;
    // Of a newtype there is no name until somebody holds it, who then says it in its place.
    let owner = if label == OF_THE_HOLDER { "its" } else { label };
    let kind = StepKind::Skipped { name: format!("{owner} {what}"), reason: reason.value() };
    Some(Step { span: key.span(), times: None, kind })
}

//! How much memory a statement says there is.

use proc_macro2::{Ident, Span};
use syn::Type;
use syn::spanned::Spanned;

use super::checker::Checker;
use super::scope::Scope;
use crate::attributes::{ItemSize, Modifiers, Source};
use crate::expression::Expression;
use crate::model::{Amount, Form, Part, Trait, Tree};

/// A mistake that is already among the errors.
pub(super) struct Noted;

/// What a statement says of an amount beside where its bytes come from.
pub(super) struct Stated<'a> {
    pub(super) label: String,
    pub(super) part: Part,
    pub(super) key: &'a Ident,
    pub(super) modifiers: &'a Modifiers,
    pub(super) declaring: Declaring,
}

/// Whether another statement on the same field declares the bounds that its items have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Declaring {
    /// The items are not in the field.
    Cannot,
    Could,
    Does,
}

impl<'a> Stated<'a> {
    pub(super) fn of(label: String, key: &'a Ident, modifiers: &'a Modifiers) -> Self {
        let part = if modifiers.minimum.is_some() { Part::Minimum } else { Part::Firm };
        Self { label, part, key, modifiers, declaring: Declaring::Cannot }
    }

    pub(super) fn entry(&self, tree: Tree) -> Amount {
        Amount::Entry { part: self.part, label: self.label.clone(), tree }
    }

    /// Nothing says what the items own.
    fn items_are_undecided(&self) -> bool {
        self.modifiers.item_bytes.is_none() && self.modifiers.item_skip.is_none()
    }
}

impl Checker<'_> {
    /// What `source` says where it says all of it by itself, without the value or the type of a field.
    pub(super) fn without_field(
        &mut self,
        source: &Source,
        stated: &Stated<'_>,
        scope: &Scope<'_>,
    ) -> Option<Amount> {
        match source {
            Source::Bytes(Some(bytes)) => self.resolve(bytes, scope).map(|tree| stated.entry(tree)),
            Source::Sized(sized) => {
                let (container, items) = &**sized;
                let items = self.resolve(items, scope);
                self.container(container, items, stated, scope)
            }
            _ => None,
        }
    }

    /// A container of type `ty` for `items`.
    pub(super) fn container(
        &mut self,
        ty: &Type,
        items: Option<Tree>,
        stated: &Stated<'_>,
        scope: &Scope<'_>,
    ) -> Option<Amount> {
        let Stated { label, part, modifiers, .. } = stated;
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
        if stated.items_are_undecided() {
            self.check_items_of_container(ty, stated);
        }
        let (part, label, ty) = (*part, label.clone(), ty.clone());
        Some(Amount::Container { part, label, ty, form, items: items?, item_bytes })
    }

    /// The value that a pointer of type `ty` owns.
    pub(super) fn boxed(&mut self, ty: &Type, stated: &Stated<'_>, scope: &Scope<'_>) -> Option<Amount> {
        self.require(ty, Trait::OwningPointer);
        let item_bytes = self.item_bytes(stated.modifiers, scope).ok()?;
        if stated.items_are_undecided() {
            self.check_value_behind(ty, stated);
        }
        Some(Amount::Boxed { part: stated.part, label: stated.label.clone(), ty: ty.clone(), item_bytes })
    }

    /// Values of a size, as many as `items`, and where to show mistakes about their type.
    pub(super) fn items(
        &mut self,
        size: &ItemSize,
        items: Option<Tree>,
        stated: &Stated<'_>,
        scope: &Scope<'_>,
    ) -> Option<(Span, Amount)> {
        let item_bytes = self.item_bytes(stated.modifiers, scope).ok()?;
        if let (ItemSize::Type(ty), true) = (size, stated.items_are_undecided()) {
            self.check_items(ty, stated);
        }
        let (part, label) = (stated.part, stated.label.clone());
        let items = items?;
        Some(match size {
            ItemSize::Type(ty) => {
                (ty.span(), Amount::Items { part, label, ty: (**ty).clone(), items, item_bytes })
            }
            ItemSize::Bytes(bytes, span) => {
                (*span, Amount::ItemsOfBytes { part, label, bytes: *bytes, items, item_bytes })
            }
        })
    }

    fn item_bytes(&mut self, modifiers: &Modifiers, scope: &Scope<'_>) -> Result<Option<Tree>, Noted> {
        self.optional(modifiers.item_bytes.as_ref(), scope)
    }

    /// What a modifier says, if it is there.
    pub(super) fn optional(
        &mut self,
        modifier: Option<&(Ident, Expression)>,
        scope: &Scope<'_>,
    ) -> Result<Option<Tree>, Noted> {
        match modifier {
            Some((_, expression)) => self.resolve(expression, scope).map(Some).ok_or(Noted),
            None => Ok(None),
        }
    }
}

//! That no field is left out that owns heap memory or declares bounds, and no item that owns heap memory.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;
use syn::spanned::Spanned;

use super::checker::Checker;
use super::pointers::hidden_pointer;
use super::statements_for::{SKIP, holds_many, statements_for};
use crate::input::Field;
use crate::model::{FieldCheck, FieldPart, HeapCheck, HeapSubject, Site};
use crate::names::OF_THE_HOLDER;

impl Checker<'_> {
    /// A field without a statement must neither own heap memory nor be of a type that declares bounds.
    pub(super) fn check_unaccounted(&mut self, field: &Field) {
        if !self.fields_own_heap_elsewhere && self.refuse_hidden_pointer(field) {
            return;
        }
        let name = field.name();
        let owns_heap = (!self.fields_own_heap_elsewhere).then(|| {
            let settings = if self.read_by_serde {
                "If the type holds settings and not the memory they are about, write #[bounds(settings)] above it. If not, write above \
                 the field the one that is true: "
            } else {
                "Write above it the one that is true: "
            };
            format!(
                "field `{name}` may own heap memory that nobody counts. {settings}{}",
                statements_for(&field.ty, self.read_by_serde)
            )
        });
        let owned = owned_parts(&field.ty);
        let declares_bounds = (!owned.is_empty()).then(|| match &field.ty {
            Type::Tuple(_) => format!(
                "nobody counts field `{name}`, and a part of it is of a type that declares bounds. Give that part a field of its \
                 own, with #[bounds(subcomponent)] or #[bounds(flatten)], or write above it {SKIP}"
            ),
            _ => format!(
                "nobody counts field `{name}`, and its type declares bounds. Write above it the one that is true: \
                 #[bounds(subcomponent)], #[bounds(flatten)], {SKIP}"
            ),
        });
        if owns_heap.is_none() && declares_bounds.is_none() {
            return;
        }
        let (site, ty) = self.place_of(&field.ty);
        let parts = owned.into_iter().map(|part| {
            let (_, ty) = self.place_of(part);
            let spells_reference = spells_reference(ty.clone());
            FieldPart { ty, spells_reference }
        });
        let check = FieldCheck { ty, owns_heap, declares_bounds, parts: parts.collect() };
        self.heap_checks.push(HeapCheck { subject: HeapSubject::Field(check), site, span: field.ty.span() });
    }

    /// Whether the field spells a pointer that nobody can look behind, which is a mistake.
    fn refuse_hidden_pointer(&mut self, field: &Field) -> bool {
        let Some((span, what)) = hidden_pointer(&field.ty) else {
            return false;
        };
        let name = field.name();
        let message = if holds_many(&field.ty) {
            format!(
                "an item of field `{name}` holds {what}, and what is behind it cannot be seen; write \
                 `#[bounds(per_item = \"the most items it ever holds\", item_bytes = \"…\")]` with the most heap bytes \
                 that one item owns, or `item_skip = \"reason\"` in its place if it owns none"
            )
        } else {
            format!(
                "field `{name}` holds {what}, and what is behind it cannot be seen; say how much heap memory it owns \
                 with `#[bounds(bytes = \"…\")]`, or why none with `#[bounds(skip = \"reason\")]`"
            )
        };
        self.errors.at(span, message);
        true
    }

    /// The items of the container `ty` must not own heap memory.
    pub(super) fn check_items_of_container(&mut self, name: &str, ty: &Type, span: Span, statement: &str) {
        let name = shown(name);
        if self.refuse_hidden_items(&format!("an item of `{name}`"), "one item", ty, statement) {
            return;
        }
        let (site, ty) = self.place_of(ty);
        let message = item_message(name, statement);
        self.heap_checks.push(HeapCheck { subject: HeapSubject::ItemsOf { ty, message }, site, span });
    }

    /// The values of type `ty` must not own heap memory.
    pub(super) fn check_items(&mut self, name: &str, ty: &Type) {
        let name = shown(name);
        if self.refuse_hidden_items(&format!("an item of `{name}`"), "one item", ty, "items") {
            return;
        }
        let (span, message) = (ty.span(), item_message(name, "items"));
        let (site, ty) = self.place_of(ty);
        self.heap_checks.push(HeapCheck { subject: HeapSubject::Type { ty, message }, site, span });
    }

    /// The value behind the pointer `ty` must not own heap memory.
    pub(super) fn check_value_behind(&mut self, name: &str, ty: &Type) {
        let name = shown(name);
        if self.refuse_hidden_items(&format!("the value behind `{name}`"), "it", ty, "boxed") {
            return;
        }
        let message = format!(
            "the value behind `{name}` owns heap memory that nobody counts. Beside `boxed`, write item_bytes = \"…\" with the \
             most heap bytes that it owns, or item_skip = \"reason\" if they are counted elsewhere; a container behind a pointer \
             is not `boxed` but says per_item = \"the most items it ever holds\""
        );
        let span = ty.span();
        let (site, ty) = self.place_of(ty);
        self.heap_checks.push(HeapCheck { subject: HeapSubject::ValueOf { ty, message }, site, span });
    }

    /// Where a check of `ty` stands, and how the type reads there.
    fn place_of(&self, ty: &Type) -> (Site, TokenStream) {
        match self.parameters.outside(ty) {
            Some(outside) => (Site::Item, outside),
            None => (Site::Method, ty.to_token_stream()),
        }
    }

    /// Whether `ty`, which is or holds the `owner`, spells something that nobody can look behind.
    fn refuse_hidden_items(&mut self, owner: &str, pronoun: &str, ty: &Type, statement: &str) -> bool {
        let Some((span, what)) = hidden_pointer(ty) else {
            return false;
        };
        let message = format!(
            "{owner} holds {what}, and what is behind it cannot be seen. Beside `{statement}`, write item_bytes = \
             \"…\" with the most heap bytes that {pronoun} owns, or item_skip = \"reason\" if it owns none"
        );
        self.errors.at(span, message);
        true
    }
}

/// The field of a newtype has no name in reports, and one in Rust.
fn shown(label: &str) -> &str {
    if label == OF_THE_HOLDER { "self.0" } else { label }
}

fn item_message(name: &str, statement: &str) -> String {
    format!(
        "the items of `{name}` own heap memory that nobody counts. Beside `{statement}`, write item_bytes = \"…\" with the \
         most heap bytes that one item owns, or item_skip = \"reason\" if they are counted elsewhere"
    )
}

/// The type, or the parts of a tuple, without references: what declares bounds behind one is somebody else's.
fn owned_parts(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Reference(_) => Vec::new(),
        Type::Group(group) => owned_parts(&group.elem),
        Type::Paren(paren) => owned_parts(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().flat_map(owned_parts).collect(),
        other => vec![other],
    }
}

fn spells_reference(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '&',
        TokenTree::Group(group) => spells_reference(group.stream()),
        _ => false,
    })
}

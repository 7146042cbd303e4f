//! That no field is left out that owns heap memory or declares bounds, and no item that does.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;
use syn::spanned::Spanned;

use super::amounts::{Declaring, Stated};
use super::checker::Checker;
use super::inside::{Inner, may_declare, written_inside};
use super::pointers::hidden_pointer;
use super::statements_for::{SKIP, holds_many, statements_for};
use super::unsuited::last_word;
use crate::input::Field;
use crate::model::{About, Asked, Declares, HeapCheck, HeapSubject, OwnsHeap, Site};
use crate::names::OF_THE_HOLDER;
use crate::syntax::written;

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
            let message = format!(
                "field `{name}` may own heap memory that nobody counts. {settings}{}",
                statements_for(&field.ty, self.read_by_serde)
            );
            OwnsHeap { asked: self.asked(About::Itself, &field.ty), message }
        });
        let declares = self.what_a_field_declares(&name, &field.ty);
        if owns_heap.is_none() && declares.is_empty() {
            return;
        }
        let (site, _) = self.place_of(&field.ty);
        let subject = HeapSubject::Accounting { declares, owns_heap };
        self.heap_checks.push(HeapCheck { subject, site, span: field.ty.span() });
    }

    /// The type of the field, or what a tuple is made of, and all that is written inside.
    fn what_a_field_declares(&self, name: &str, ty: &Type) -> Vec<Declares> {
        let parts = owned_parts(ty);
        if parts.is_empty() {
            return Vec::new();
        }
        let message = match ty {
            Type::Tuple(_) => format!(
                "nobody counts field `{name}`, and a part of it is of a type that declares bounds. Give that part a field of its \
                 own, with #[bounds(subcomponent)] or #[bounds(flatten)], or write above it {SKIP}"
            ),
            _ => format!(
                "nobody counts field `{name}`, and its type declares bounds. Write above it the one that is true: \
                 #[bounds(subcomponent)], #[bounds(flatten)], {SKIP}"
            ),
        };
        let inside: Vec<_> = parts.iter().flat_map(|part| written_inside(part, self.parameters)).collect();
        let asked = parts.into_iter().map(|part| self.asked(About::Itself, part)).collect();
        let mut declares = vec![Declares { asked, message }];
        declares.extend(inside.iter().map(|inner| {
            let passing = if is_map(ty) { PASSING_A_MAP } else { "" };
            let message = format!(
                "nobody counts field `{name}`, and `{}` in it declares bounds, which do not pass through `{}`{passing}. Write above it \
                 #[bounds(bytes = \"the most bytes they come to\")] or {SKIP}; or give the field a type of your own that implements \
                 MemoryBounds, and write #[bounds(subcomponent)]",
                written(inner.ty),
                written(ty)
            );
            Declares { asked: vec![self.asked_inside(inner)], message }
        }));
        declares
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

    /// The items of the container `ty` must neither own heap memory nor declare bounds.
    pub(super) fn check_items_of_container(&mut self, ty: &Type, stated: &Stated<'_>) {
        self.check_items_of(About::Items, ty, stated);
    }

    /// The values of type `ty` must neither own heap memory nor declare bounds.
    pub(super) fn check_items(&mut self, ty: &Type, stated: &Stated<'_>) {
        self.check_items_of(About::Itself, ty, stated);
    }

    fn check_items_of(&mut self, about: About, ty: &Type, stated: &Stated<'_>) {
        let (name, statement) = (shown(&stated.label), stated.key);
        if self.refuse_hidden_items(&format!("an item of `{name}`"), "one item", ty, statement) {
            return;
        }
        let mut declares = format!(
            "the items of `{name}` declare bounds that nobody counts. Beside `{statement}`, write item_bytes = \"…\" with the \
             most bytes that one item declares, or item_skip = \"reason\" if they are declared elsewhere"
        );
        if stated.declaring == Declaring::Could {
            declares.push_str(
                "; or write above it #[bounds(subcomponent)] too, which declares those that are there",
            );
        }
        let owns_heap = format!(
            "the items of `{name}` own heap memory that nobody counts. Beside `{statement}`, write item_bytes = \"…\" with the \
             most heap bytes that one item owns, or item_skip = \"reason\" if they are counted elsewhere"
        );
        self.check_what_is_in(about, ty, stated, declares, owns_heap);
    }

    /// The value behind the pointer `ty` must neither own heap memory nor declare bounds.
    pub(super) fn check_value_behind(&mut self, ty: &Type, stated: &Stated<'_>) {
        let (name, statement) = (shown(&stated.label), stated.key);
        if self.refuse_hidden_items(&format!("the value behind `{name}`"), "it", ty, statement) {
            return;
        }
        let declares = format!(
            "the value behind `{name}` declares bounds that nobody counts. Write above it #[bounds(subcomponent)] or \
             #[bounds(flatten)] too; or, beside `boxed`, item_bytes = \"…\" with the most bytes that it declares, or item_skip = \
             \"reason\" if it is declared elsewhere"
        );
        let owns_heap = format!(
            "the value behind `{name}` owns heap memory that nobody counts. Beside `boxed`, write item_bytes = \"…\" with the \
             most heap bytes that it owns, or item_skip = \"reason\" if they are counted elsewhere; a container behind a pointer \
             is not `boxed` but says per_item = \"the most items it ever holds\""
        );
        self.check_what_is_in(About::Value, ty, stated, declares, owns_heap);
    }

    fn check_what_is_in(
        &mut self,
        about: About,
        ty: &Type,
        stated: &Stated<'_>,
        declares: String,
        owns_heap: String,
    ) {
        let asked =
            if stated.declaring == Declaring::Does { Vec::new() } else { self.declaring_parts(about, ty) };
        let declares =
            if asked.is_empty() { Vec::new() } else { vec![Declares { asked, message: declares }] };
        let owns_heap = Some(OwnsHeap { asked: self.asked(about, ty), message: owns_heap });
        let (site, _) = self.place_of(ty);
        let subject = HeapSubject::Accounting { declares, owns_heap };
        self.heap_checks.push(HeapCheck { subject, site, span: ty.span() });
    }

    /// What is asked whether it declares bounds, for what `ty` is `about`.
    fn declaring_parts(&self, about: About, ty: &Type) -> Vec<Asked> {
        let inside = written_inside(ty, self.parameters);
        let mut asked: Vec<_> = inside.iter().map(|inner| self.asked_inside(inner)).collect();
        // What is behind a reference is somebody else's, and that may be all that an item is.
        let may_refer = about != About::Itself && spells_reference(ty.to_token_stream());
        if may_declare(ty) && !may_refer {
            asked.push(self.asked(about, ty));
        }
        asked
    }

    fn asked(&self, about: About, ty: &Type) -> Asked {
        let (_, ty) = self.place_of(ty);
        Asked { refers: about == About::Itself && spells_reference(ty.clone()), ty, about, holder: None }
    }

    fn asked_inside(&self, inner: &Inner<'_>) -> Asked {
        // Of a type whose size is known when the program runs, only a pointer is held, and that owns it.
        let is_sized = !matches!(inner.ty, Type::TraitObject(_)) && !matches!(inner.holder, Type::Slice(_));
        let (_, holder) = self.place_of(inner.holder);
        Asked { holder: is_sized.then_some(holder), ..self.asked(About::Itself, inner.ty) }
    }

    /// Where a check of `ty` stands, and how the type reads there.
    fn place_of(&self, ty: &Type) -> (Site, TokenStream) {
        match self.parameters.outside(ty) {
            Some(outside) => (Site::Item, outside),
            None => (Site::Method, ty.to_token_stream()),
        }
    }

    /// Whether `ty`, which is or holds the `owner`, spells something that nobody can look behind.
    fn refuse_hidden_items(&mut self, owner: &str, pronoun: &str, ty: &Type, statement: &Ident) -> bool {
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

const PASSING_A_MAP: &str =
    " (through a map they do where its keys implement Display and its values declare them)";

/// The field of a newtype has no name in reports, and one in Rust.
fn shown(label: &str) -> &str {
    if label == OF_THE_HOLDER { "self.0" } else { label }
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

/// Whether the type is spelt like a map; only to say what passes through one.
fn is_map(ty: &Type) -> bool {
    last_word(ty).is_some_and(|word| ["HashMap", "BTreeMap", "IndexMap"].contains(&word.as_str()))
}

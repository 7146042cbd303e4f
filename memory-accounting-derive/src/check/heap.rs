//! That no field and no item owns heap memory nobody counts.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Type;
use syn::spanned::Spanned;

use super::checker::Checker;
use super::pointers::hidden_pointer;
use crate::input::Field;
use crate::model::{HeapCheck, HeapSubject, Site};

impl Checker<'_> {
    /// A field without a statement must not own heap memory.
    pub(super) fn check_unaccounted(&mut self, field: &Field) {
        if self.fields_own_heap_elsewhere {
            return;
        }
        let name = field.name();
        if let Some((span, what)) = hidden_pointer(&field.ty) {
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
            return;
        }
        let message = format!(
            "field `{name}` may own heap memory that nobody counts. Write above it the one that is true: {}",
            statements_for(&field.ty)
        );
        self.push_heap_check(HeapSubject::Type, &field.ty, message, field.ty.span());
    }

    /// The items of the container `ty` must not own heap memory.
    pub(super) fn check_items_of_container(&mut self, name: &str, ty: &Type, span: Span, statement: &str) {
        if self.refuse_hidden_items(name, ty, statement) {
            return;
        }
        self.push_heap_check(HeapSubject::ItemsOf, ty, item_message(name, statement), span);
    }

    /// The values of type `ty` must not own heap memory.
    pub(super) fn check_items(&mut self, name: &str, ty: &Type) {
        if self.refuse_hidden_items(name, ty, "items") {
            return;
        }
        self.push_heap_check(HeapSubject::Type, ty, item_message(name, "items"), ty.span());
    }

    fn push_heap_check(
        &mut self,
        subject: fn(TokenStream) -> HeapSubject,
        ty: &Type,
        message: String,
        span: Span,
    ) {
        let (site, ty) = match self.parameters.outside(ty) {
            Some(outside) => (Site::Item, outside),
            None => (Site::Method, ty.to_token_stream()),
        };
        self.heap_checks.push(HeapCheck { subject: subject(ty), site, message, span });
    }

    /// Whether `ty`, which is or holds the items, spells something that nobody can look behind.
    fn refuse_hidden_items(&mut self, name: &str, ty: &Type, statement: &str) -> bool {
        let Some((span, what)) = hidden_pointer(ty) else {
            return false;
        };
        let message = format!(
            "an item of `{name}` holds {what}, and what is behind it cannot be seen. Beside `{statement}`, write item_bytes = \
             \"…\" with the most heap bytes that one item owns, or item_skip = \"reason\" if it owns none"
        );
        self.errors.at(span, message);
        true
    }
}

fn item_message(name: &str, statement: &str) -> String {
    format!(
        "the items of `{name}` own heap memory that nobody counts. Beside `{statement}`, write item_bytes = \"…\" with the \
         most heap bytes that one item owns, or item_skip = \"reason\" if they are counted elsewhere"
    )
}

/// The statements to choose from, the one that fits `ty` most often first.
fn statements_for(ty: &Type) -> String {
    const PER_ITEM: &str = "#[bounds(per_item = \"the most items it ever holds\")]";
    const BYTES: &str = "#[bounds(bytes = \"the most heap bytes it owns\")]";
    const SUBCOMPONENT: &str = "#[bounds(subcomponent)] if its type declares bounds";
    const SKIP: &str = "#[bounds(skip = \"why it need not be counted\")]";
    if holds_many(ty) {
        return [PER_ITEM, BYTES, SUBCOMPONENT, SKIP].join(", ");
    }
    let ordered = match last_word(ty).as_deref() {
        Some("String" | "PathBuf" | "OsString" | "Cow" | "Option") => [BYTES, SKIP, SUBCOMPONENT, PER_ITEM],
        Some("Arc" | "Rc" | "JoinHandle") => [SKIP, SUBCOMPONENT, BYTES, PER_ITEM],
        _ => [SUBCOMPONENT, BYTES, PER_ITEM, SKIP],
    };
    ordered.join(", ")
}

/// Whether the type is spelt like a collection; only to choose which example to show first.
fn holds_many(ty: &Type) -> bool {
    let collections = ["Vec", "VecDeque", "BinaryHeap", "HashMap", "HashSet", "BTreeMap", "BTreeSet"];
    last_word(ty).is_some_and(|word| collections.contains(&word.as_str()))
}

/// The last word of the type's path; only to choose which example to show first.
fn last_word(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Group(group) => last_word(&group.elem),
        _ => None,
    }
}

//! What a component declares: amounts, and fields that count nothing.

use serde::{Deserialize, Serialize};

use super::times::Times;
use crate::expr::UsageExpr;

/// One declared amount. Two are equal when they compute the same in the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundsEntry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<String>,
    pub(super) expr: UsageExpr,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) times: Vec<Times>,
    /// What it is a container of, where it is one; its arithmetic is too long for a person to see that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) holds: Option<Holds>,
}

// What it holds is for those who read its text.
impl PartialEq for BoundsEntry {
    fn eq(&self, other: &Self) -> bool {
        let Self { label, expr, times, holds: _ } = self;
        *label == other.label && *expr == other.expr && *times == other.times
    }
}

impl Eq for BoundsEntry {}

/// What a container holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holds {
    /// How many items.
    items: UsageExpr,
    /// How many bytes each owns beside its own size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    item_bytes: Option<UsageExpr>,
}

impl Holds {
    pub(crate) fn items(items: &UsageExpr) -> Self {
        Self { items: items.clone(), item_bytes: None }
    }

    pub(crate) fn owners(items: &UsageExpr, item_bytes: &UsageExpr) -> Self {
        Self { item_bytes: Some(item_bytes.clone()), ..Self::items(items) }
    }

    /// What it consists of, to be changed.
    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut UsageExpr> {
        std::iter::once(&mut self.items).chain(&mut self.item_bytes)
    }

    pub(super) fn parts(&self) -> (&UsageExpr, Option<&UsageExpr>) {
        (&self.items, self.item_bytes.as_ref())
    }
}

impl BoundsEntry {
    /// The name the entry was declared under, where it has one of its own.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// How its bytes are computed, in one of its component: [`times`](Self::times) and
    /// [`ComponentBounds::times`](super::ComponentBounds::times) say of how many.
    pub fn expr(&self) -> &UsageExpr {
        &self.expr
    }

    /// What it is called where it is shown: its label, else the name of what is stored, else of the first setting.
    pub(crate) fn name(&self) -> &str {
        self.label().unwrap_or_else(|| {
            let mut setting = None;
            self.expr.visit_settings(&mut |name, _| {
                setting = setting.or(Some(name).filter(|name| !name.is_empty()));
            });
            self.expr.name_of_what_is_stored().or(setting).unwrap_or("(no name)")
        })
    }
}

/// A field that counts nothing here, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkippedField {
    pub(super) name: String,
    pub(super) reason: String,
}

impl SkippedField {
    /// The field.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why it is not counted.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

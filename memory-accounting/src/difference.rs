//! What has changed between the bounds of two versions.

mod compared;
mod sections;

use std::fmt;

use serde::Serialize;

use self::compared::Compared;
use crate::bounds::ComponentBounds;

/// What has changed between the bounds of two versions of a program: which components grew, which settings have other values, which
/// types another size, what is computed otherwise, and what is not counted any more.
///
/// [`Display`](fmt::Display) prints tables, what changed most first. As JSON it has all numbers in bytes: `firm_limit_bytes`,
/// `minimum_bytes`, and lists of the `components` with their `entries`, of the `settings`, of the `types` and of the fields that are
/// `skipped`, each with what it was (`old`) and what it is (`new`), of which one is missing where it came or went, and null is unbounded or
/// not limited. An entry whose expression alone is another is `computed_otherwise`.
///
/// ```
/// use memory_accounting::{BoundsDifference, ComponentBounds, MemoryBounds};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let [old, new] = [1000, 1500].map(|entries| ComponentBounds::of(&Cache { entries }));
/// let difference = BoundsDifference::between(&old, &new);
/// assert!(difference.to_string().starts_with("firm limit: 1000.0 KiB → 1.5 MiB (+500.0 KiB, +50.0 %)\n"));
/// assert!(BoundsDifference::between(&old, &old).is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BoundsDifference {
    compared: Compared,
}

impl BoundsDifference {
    /// What is another in `new` than it was in `old`.
    pub fn between(old: &ComponentBounds, new: &ComponentBounds) -> Self {
        Self { compared: Compared::of(old, new) }
    }

    /// Whether nothing has changed but the order of what is declared, how it is shown, where settings stand in the operator's file, and which values the
    /// program takes.
    pub fn is_empty(&self) -> bool {
        self.compared.is_empty()
    }

    /// The same tables as Markdown, for a comment in a pull request.
    pub fn to_markdown(&self) -> String {
        sections::markdown(&self.compared)
    }
}

impl fmt::Display for BoundsDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sections::text(&self.compared))
    }
}

//! How many of it there are: the factor of a component that stands for several.

use serde::{Deserialize, Serialize};

use super::component::ComponentBounds;
use super::entry::BoundsEntry;
use crate::expr::UsageExpr;
use crate::expr::arithmetic::checked_product;

/// How many of a component there are, or of a part that was flattened: a factor of the bytes it declares.
///
/// The factor stands at the component it multiplies, and its settings belong to the component that declared it, which may be one
/// above: an operator who lowers `workers` of a pool lowers all that its workers hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    pub(super) expr: UsageExpr,
    #[serde(default, skip_serializing_if = "is_here")]
    pub(super) declared_above: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_here(declared_above: &usize) -> bool {
    *declared_above == 0
}

impl Times {
    /// A factor that the component `declared_above` above declared.
    pub(super) fn new(expr: &UsageExpr, declared_above: usize) -> Self {
        Self { expr: expr.clone(), declared_above }
    }

    /// How many there are.
    pub fn expr(&self) -> &UsageExpr {
        &self.expr
    }

    /// How many components above the one it multiplies it was declared; 0 is that component itself.
    pub fn declared_above(&self) -> usize {
        self.declared_above
    }

    /// The path of the component that declared it, where it stands at the one at `path`. One that was declared above the root of
    /// these bounds, which are then a part of a larger tree, counts as the root's.
    pub(crate) fn declared_by<'a, S>(&self, path: &'a [S]) -> &'a [S] {
        path.get(..path.len().saturating_sub(self.declared_above)).unwrap_or_default()
    }

    /// The same, as it stands at what is directly below.
    fn one_below(&self) -> Self {
        Self { expr: self.expr.clone(), declared_above: self.declared_above.saturating_add(1) }
    }
}

/// Factors that stand at a component, as they stand at what is directly below.
pub(super) fn one_below<'a>(times: impl Iterator<Item = &'a Times>) -> Vec<Times> {
    times.map(Times::one_below).collect()
}

/// All of them multiplied; `None` where that is unbounded.
fn checked_times<'a>(times: impl IntoIterator<Item = &'a Times>) -> Option<usize> {
    times.into_iter().map(|times| times.expr.checked_evaluate()).fold(Some(1), checked_product)
}

impl ComponentBounds {
    /// How many of this component there are, where it stands for several: the factors of everything it declares, and so of what is
    /// declared below it, at whatever time. Those of the components it lies in come first.
    pub fn times(&self) -> impl Iterator<Item = &Times> + Clone {
        self.inherited_times.iter().chain(&self.own_times)
    }

    /// The factors that do not come from a component it lies in.
    pub(crate) fn own_times(&self) -> &[Times] {
        &self.own_times
    }

    /// All factors multiplied; `None` where that is unbounded.
    pub(crate) fn checked_times(&self) -> Option<usize> {
        checked_times(self.times())
    }

    /// What `entry`, which is one of this component's, takes in all: its expression and all factors.
    pub(crate) fn whole_expr(&self, entry: &BoundsEntry) -> UsageExpr {
        let factors = entry.times.iter().chain(self.times());
        factors.fold(entry.expr.clone(), |expr, times| expr.times(&times.expr))
    }

    /// Makes this component stand for so many.
    pub(super) fn repeat(&mut self, times: Times) {
        self.own_times.push(times);
        self.hand_down_times();
    }

    /// Makes everything that was declared count so often, for a part that is flattened into a component with entries of its own: so
    /// the factor stands at the entries, and at those components that the part declared as a whole.
    pub(super) fn repeat_parts(&mut self, times: &Times) {
        for entry in self.minimum.iter_mut().chain(&mut self.firm) {
            entry.times.push(times.clone());
        }
        for child in self.subcomponents.values_mut() {
            if child.declarations > 0 {
                child.repeat(times.one_below());
            } else {
                child.repeat_parts(&times.one_below());
            }
        }
    }

    /// Tells everything below this component of its factors, after they changed.
    pub(super) fn hand_down_times(&mut self) {
        let Self { inherited_times, own_times, subcomponents, .. } = self;
        let times = one_below(inherited_times.iter().chain(own_times.iter()));
        for child in subcomponents.values_mut() {
            child.inherited_times.clone_from(&times);
            child.hand_down_times();
        }
    }
}

impl BoundsEntry {
    /// How often the entry counts, where it comes from a part that was flattened several times.
    pub fn times(&self) -> &[Times] {
        &self.times
    }

    /// The bytes of the entry, in one of its component; `None` where they are unbounded.
    pub(crate) fn checked_bytes(&self) -> Option<usize> {
        checked_product(checked_times(&self.times), self.expr.checked_evaluate())
    }
}

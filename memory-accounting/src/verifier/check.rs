//! Whether every component's bounds are usable.

use super::error::{InvalidComponent, InvalidReason};
use crate::bounds::{BoundsEntry, ComponentBounds, full_name, parse_name};
use crate::expr::UsageExpr;

/// What is bounded of a component and everything below it, in bytes. What is not bounded is told apart, so that one run also
/// finds what overflows beside it.
#[derive(Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) minimum: usize,
    /// The minimum included.
    pub(super) firm_limit: usize,
}

impl Totals {
    /// Both together; `None` where that overflows.
    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            minimum: self.minimum.checked_add(other.minimum)?,
            firm_limit: self.firm_limit.checked_add(other.firm_limit)?,
        })
    }
}

/// Adds what is wrong with `bounds`, at `path`, and what is below them to `invalid`.
///
/// What is below a component is checked before the component itself, so that the first error names the component at fault
/// and not one that merely contains it.
pub(super) fn check(
    bounds: &ComponentBounds,
    path: &mut Vec<String>,
    invalid: &mut Vec<InvalidComponent>,
) -> Totals {
    let mut parts = Vec::new();
    for (name, child) in bounds.subcomponents() {
        path.push(name.clone());
        parts.push(check(child, path, invalid));
        path.pop();
    }
    let mut reasons = Vec::new();
    if let Some(error) = path.last().filter(|_| bounds.is_misnamed()).and_then(|name| parse_name(name).err())
    {
        reasons.push(InvalidReason::InvalidName { error });
    }
    if bounds.declarations() > 1 {
        reasons.push(InvalidReason::DeclaredRepeatedly { times: bounds.declarations() });
    }
    for entry in bounds.minimum_entries() {
        match entry.expr().checked_evaluate() {
            Some(bytes) => parts.push(Totals { minimum: bytes, firm_limit: bytes }),
            None => reasons.extend(unbounded(entry)),
        }
    }
    for entry in bounds.firm_entries() {
        match entry.expr().checked_evaluate() {
            Some(bytes) => parts.push(Totals { minimum: 0, firm_limit: bytes }),
            None => reasons.extend(unbounded(entry)),
        }
    }
    let totals = parts.into_iter().try_fold(Totals::default(), Totals::plus).unwrap_or_else(|| {
        reasons.push(InvalidReason::OverflowTogether);
        // Told here, once: what contains this component is blamed only for what overflows without it.
        Totals::default()
    });
    let name = full_name(path);
    invalid.extend(reasons.into_iter().map(|reason| InvalidComponent::new(&name, reason)));
    totals
}

/// Why `entry` is unbounded: the settings that are not limited, each once, or else that it overflows.
fn unbounded(entry: &BoundsEntry) -> Vec<InvalidReason> {
    let (expr, label) = (entry.expr(), entry.label());
    let settings = settings_to_blame(expr);
    if settings.is_empty() {
        let entry = label.map_or_else(|| expr.to_string(), |label| format!("{label} = {expr}"));
        return vec![InvalidReason::Overflow { entry }];
    }
    let entry = label.map_or_else(|| expr.to_string(), |label| format!("`{label}`"));
    let reason =
        |setting: &str| InvalidReason::Unlimited { setting: setting.to_owned(), entry: entry.clone() };
    settings.into_iter().map(reason).collect()
}

/// The settings that make `expr` unbounded because they are not limited, each for itself or, where none does, together.
fn settings_to_blame(expr: &UsageExpr) -> Vec<&str> {
    // Not 0, which would hide an overflow beside it.
    let limited = |value: Option<usize>| value.or(Some(1));
    if expr.evaluate_with(&|_, value| limited(value)).is_none() {
        return Vec::new();
    }
    let mut unlimited = Vec::new();
    expr.visit_settings(&mut |name, value| {
        if value.is_none() && !unlimited.contains(&name) {
            unlimited.push(name);
        }
    });
    let unbounded_by = |setting: &str| {
        expr.evaluate_with(&|name, value| if name == setting { value } else { limited(value) }).is_none()
    };
    let alone: Vec<&str> = unlimited.iter().copied().filter(|setting| unbounded_by(setting)).collect();
    if alone.is_empty() { unlimited } else { alone }
}

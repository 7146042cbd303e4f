//! Whether every component's bounds are usable.

use super::error::{InvalidComponent, InvalidReason};
use crate::bounds::{BoundsEntry, ComponentBounds, full_name, parse_name};
use crate::expr::UsageExpr;

/// What a component needs with everything below it, in bytes; `None` where that is unbounded.
#[derive(Clone, Copy)]
pub(super) struct Totals {
    pub(super) minimum: Option<usize>,
    pub(super) firm_limit: Option<usize>,
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
    let mut totals = Totals { minimum: Some(0), firm_limit: Some(0) };
    let mut all_bounded = true;
    for (name, child) in bounds.subcomponents() {
        path.push(name.clone());
        let below = check(child, path, invalid);
        path.pop();
        all_bounded &= below.firm_limit.is_some();
        totals.minimum = sum(totals.minimum, below.minimum);
        totals.firm_limit = sum(totals.firm_limit, below.firm_limit);
    }
    let mut reasons = Vec::new();
    if let Some(error) = path.last().filter(|_| bounds.is_misnamed()).and_then(|name| parse_name(name).err())
    {
        reasons.push(InvalidReason::InvalidName { error });
    }
    if bounds.declarations() > 1 {
        reasons.push(InvalidReason::DeclaredRepeatedly { times: bounds.declarations() });
    }
    for entry in bounds.entries().filter(|entry| entry.expr().checked_evaluate().is_none()) {
        all_bounded = false;
        reasons.extend(unbounded(entry));
    }
    totals.minimum = sum(totals.minimum, bounds.checked_own_minimum());
    totals.firm_limit = sum(totals.firm_limit, bounds.checked_own_firm_limit());
    if all_bounded && totals.firm_limit.is_none() {
        reasons.push(InvalidReason::OverflowTogether);
    }
    let name = full_name(path);
    invalid.extend(reasons.into_iter().map(|reason| InvalidComponent::new(&name, reason)));
    totals
}

fn sum(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a?.checked_add(b?)
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

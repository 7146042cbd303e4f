//! Whether every component's bounds are usable.

use super::error::{InvalidComponent, InvalidReason};
use crate::bounds::{BoundsEntry, ComponentBounds, NameError, Times, full_name, parse_name};
use crate::expr::UsageExpr;
use crate::expr::arithmetic::checked_product;

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

/// Finds what is wrong with components, and adds up what is bounded.
#[derive(Default)]
pub(super) struct Check {
    /// Where in the whole tree it is.
    path: Vec<String>,
    invalid: Vec<InvalidComponent>,
    /// Settings without a limit that a component above declared, in how many of something below there are, with how deep that
    /// component lies: it is told when everything below it was checked.
    of_those_above: Vec<(usize, InvalidReason)>,
}

impl Check {
    /// Checks `bounds` at `path` and everything below them; returns the totals and what is wrong.
    ///
    /// What is below a component is checked before the component itself, so that the first error names the component at fault
    /// and not one that merely contains it.
    pub(super) fn run(path: Vec<String>, bounds: &ComponentBounds) -> (Totals, Vec<InvalidComponent>) {
        let mut check = Self { path, ..Self::default() };
        let totals = check.component(bounds);
        // Those above the bounds, where they are a part of a larger tree.
        while check.path.pop().is_some() {
            let reasons = check.told_at(check.path.len());
            check.refuse(reasons);
        }
        (totals, check.invalid)
    }

    fn component(&mut self, bounds: &ComponentBounds) -> Totals {
        let mut parts = Vec::new();
        for (name, child) in bounds.subcomponents() {
            self.path.push(name.clone());
            parts.push(self.component(child));
            self.path.pop();
        }
        let mut reasons = Vec::new();
        if let Some(name) = self.path.last().filter(|_| bounds.is_misnamed()) {
            // What could be read was several names, further down than components may be.
            let error = parse_name(name).err().unwrap_or(NameError::TooDeep);
            reasons.push(InvalidReason::InvalidName { error });
        }
        if bounds.declarations() > 1 {
            reasons.push(InvalidReason::DeclaredRepeatedly { times: bounds.declarations() });
        }
        reasons.extend(bounds.shared_with().map(|with| InvalidReason::SharedPart { with: with.to_owned() }));
        let times = bounds.checked_times();
        for (entries, is_minimum) in [(bounds.minimum_entries(), true), (bounds.firm_entries(), false)] {
            for entry in entries {
                match checked_product(times, entry.checked_bytes()) {
                    Some(bytes) => {
                        parts.push(Totals { minimum: if is_minimum { bytes } else { 0 }, firm_limit: bytes });
                    }
                    None => reasons.extend(self.unbounded(bounds, entry)),
                }
            }
        }
        let totals = parts.into_iter().try_fold(Totals::default(), Totals::plus).unwrap_or_else(|| {
            reasons.push(InvalidReason::OverflowTogether);
            // Told here, once: what contains this component is blamed only for what overflows without it.
            Totals::default()
        });
        reasons.extend(self.told_at(self.path.len()));
        self.refuse(reasons);
        totals
    }

    /// What is wrong with the component it is at.
    fn refuse(&mut self, reasons: Vec<InvalidReason>) {
        let name = full_name(&self.path);
        self.invalid.extend(reasons.into_iter().map(|reason| InvalidComponent::new(&name, reason)));
    }

    /// What was found below, and is wrong with the component at this depth.
    fn told_at(&mut self, depth: usize) -> Vec<InvalidReason> {
        let (told, others) = self.of_those_above.drain(..).partition(|(of, _)| *of == depth);
        self.of_those_above = others;
        let told: Vec<(usize, InvalidReason)> = told;
        told.into_iter().map(|(_, reason)| reason).collect()
    }

    /// Why `entry` of `bounds` is unbounded: the settings that are not limited, each once, or else that it overflows. Settings of
    /// a component above are kept until that is told of them.
    fn unbounded(&mut self, bounds: &ComponentBounds, entry: &BoundsEntry) -> Vec<InvalidReason> {
        let (expr, label) = (bounds.whole_expr(entry), entry.label());
        let settings = settings_to_blame(&expr);
        if settings.is_empty() {
            let entry = label.map_or_else(|| expr.to_string(), |label| format!("{label} = {expr}"));
            return vec![InvalidReason::Overflow { entry }];
        }
        let called = label.map_or_else(|| expr.to_string(), |label| format!("`{label}`"));
        let reason =
            |setting: &str, entry: String| InvalidReason::Unlimited { setting: setting.to_owned(), entry };
        let factors: Vec<&Times> = entry.times().iter().chain(bounds.times()).collect();
        let mut own = Vec::new();
        for setting in settings {
            let declaring = factors.iter().find(|times| is_unlimited(times.expr(), setting));
            let above = declaring.map_or(0, |times| times.declared_above());
            if above == 0 || is_unlimited(entry.expr(), setting) {
                own.push(reason(setting, called.clone()));
            }
            if above > 0 {
                let depth = self.path.len().saturating_sub(above);
                let known = |(of, told): &(usize, InvalidReason)| {
                    *of == depth
                        && matches!(told, InvalidReason::Unlimited { setting: known, .. } if known == setting)
                };
                if !self.of_those_above.iter().any(known) {
                    let entry = format!("{called} of `{}`", full_name(&self.path));
                    self.of_those_above.push((depth, reason(setting, entry)));
                }
            }
        }
        own
    }
}

/// Whether `setting` stands in `expr` without a limit.
fn is_unlimited(expr: &UsageExpr, setting: &str) -> bool {
    let mut found = false;
    expr.visit_settings(&mut |name, value| found |= name == setting && value.is_none());
    found
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

//! What depends on one setting.

mod linear;

use super::formulas::{Component, Formula, Formulas, Place};
use super::operations::{Results, Value as _};
pub(super) use super::range::Direction;
use super::range::Range;
use super::tally::{Tally, times};
use crate::expr::arithmetic::checked_product;

/// How everything declared depends on one setting.
pub(super) struct Dependence<'a> {
    formulas: &'a Formulas<'a>,
    setting: usize,
    /// The components in which the setting does not stand.
    others: Tally,
    parts: Vec<Part<'a>>,
    results: Results<Option<usize>>,
    ranges: Results<Range>,
}

/// A component in which the setting stands.
struct Part<'a> {
    component: &'a Component,
    /// Its factors, if the setting is in one of them.
    factors: &'a [Formula],
    /// The entries in which the setting does not stand, in one of the component.
    others: Tally,
    entries: Vec<usize>,
}

/// What everything together is at least and at most, and how it changes when the setting gets greater.
pub(super) struct Totals {
    pub(super) least: Tally,
    pub(super) greatest: Tally,
    pub(super) direction: Direction,
}

impl<'a> Dependence<'a> {
    /// On the setting of this number.
    pub(super) fn on(formulas: &'a Formulas<'a>, setting: usize) -> Self {
        let mut others = formulas.total;
        let mut parts: Vec<Part<'a>> = Vec::new();
        let (mut at, no_places) = (None, Vec::new());
        for (number, place) in formulas.places.get(setting).unwrap_or(&no_places) {
            let Some(component) = formulas.components.get(*number) else { continue };
            if at != Some(*number) {
                at = Some(*number);
                others.remove(component.bytes);
                parts.push(Part { component, factors: &[], others: component.sum, entries: Vec::new() });
            }
            let Some(part) = parts.last_mut() else { continue };
            match place {
                Place::Factors => part.factors = &component.factors,
                Place::Entry(entry) => {
                    part.others.remove(component.entry_bytes.get(*entry).copied().unwrap_or(Some(0)));
                    part.entries.push(*entry);
                }
            }
        }
        Self { formulas, setting, others, parts, results: Results::default(), ranges: Results::default() }
    }

    /// Everything together now.
    pub(super) fn present_total(&self) -> Tally {
        self.formulas.total
    }

    /// Everything together, if the setting had `value`.
    pub(super) fn total(&mut self, value: Option<usize>) -> Tally {
        let Self { formulas, setting, others, parts, results, .. } = self;
        let mut evaluate = |formula: &Formula| {
            let number_is = |number| if number == *setting { value } else { formulas.present(number) };
            results.evaluate(formulas.operations_of(*formula), number_is)
        };
        let mut total = *others;
        for part in parts {
            let mut factor = part.component.times;
            if !part.factors.is_empty() {
                factor = part.factors.iter().map(&mut evaluate).fold(Some(1), checked_product);
            }
            let mut bytes = part.others;
            for entry in part.entries.iter().filter_map(|entry| part.component.entries.get(*entry)) {
                bytes.add(evaluate(entry));
            }
            total.add(times(factor, bytes));
        }
        total
    }

    /// Everything together, where the setting has any value in `range`.
    pub(super) fn totals(&mut self, range: Range) -> Totals {
        let Self { formulas, setting, others, parts, ranges, .. } = self;
        let mut evaluate = |formula: &Formula| {
            ranges.evaluate(formulas.operations_of(*formula), |number| {
                if number == *setting { range } else { Range::exactly(formulas.present(number)) }
            })
        };
        let mut totals = Totals { least: *others, greatest: *others, direction: Direction::None };
        for part in parts {
            let mut factor = Range::exactly(part.component.times);
            if !part.factors.is_empty() {
                let factors = part.factors.iter().map(&mut evaluate);
                factor = factors.fold(Range::exactly(Some(1)), |product, factor| {
                    product.growing(factor, checked_product)
                });
            }
            let (mut least, mut greatest) = (part.others, part.others);
            let mut direction = factor.direction;
            for entry in part.entries.iter().filter_map(|entry| part.component.entries.get(*entry)) {
                let range = evaluate(entry);
                least.add(range.least);
                greatest.add(range.greatest);
                direction = direction.and(range.direction);
            }
            totals.least.add(times(factor.least, least));
            totals.greatest.add(times(factor.greatest, greatest));
            totals.direction = totals.direction.and(direction);
        }
        totals
    }

    /// By how many bytes the entries in which the setting stands would shrink if it were 0, each by itself; `None` where that is
    /// unbounded, as it is where one is that names a setting without a limit.
    pub(super) fn bytes_of_entries(&mut self, value: Option<usize>) -> Option<usize> {
        let Self { formulas, setting, parts, results, .. } = self;
        let mut evaluate = |formula: &Formula, value: Option<usize>| {
            let number_is = |number| if number == *setting { value } else { formulas.present(number) };
            results.evaluate(formulas.operations_of(*formula), number_is)
        };
        let mut all = 0_usize;
        for part in parts {
            let Component { factors, entries, times, entry_bytes, .. } = part.component;
            let times_without = if part.factors.is_empty() {
                *times
            } else {
                factors.iter().map(|factor| evaluate(factor, Some(0))).fold(Some(1), checked_product)
            };
            for (number, (entry, bytes)) in entries.iter().zip(entry_bytes).enumerate() {
                if part.factors.is_empty() && !part.entries.contains(&number) {
                    continue;
                }
                let now = checked_product(*times, *bytes);
                let without = checked_product(times_without, evaluate(entry, Some(0)));
                match (now, without) {
                    (None, None) if value.is_some() => {}
                    (now, without) => {
                        let shrinks = now?.saturating_sub(without.unwrap_or(usize::MAX));
                        all = all.checked_add(shrinks)?;
                    }
                }
            }
        }
        Some(all)
    }
}

//! What depends on one setting.

mod linear;
mod reduced;

use self::reduced::{Reduced, Span};
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
    reduced: Reduced,
    results: Results<Option<usize>>,
    ranges: Results<Range>,
}

/// A component in which the setting stands.
struct Part<'a> {
    component: &'a Component,
    /// Its factors, if the setting is in one of them.
    factors: Vec<Span>,
    /// The entries in which the setting does not stand, in one of the component.
    others: Tally,
    entries: Vec<(usize, Span)>,
}

/// What is at least and at most, and how it changes when a setting gets greater.
pub(super) struct Totals {
    pub(super) least: Tally,
    pub(super) greatest: Tally,
    pub(super) direction: Direction,
}

impl Totals {
    /// Adds what a component takes that is there as often as `factor` says, where one takes what `entries` do.
    pub(super) fn add(&mut self, factor: Range, entries: &Self) {
        self.least.add(times(factor.least, entries.least));
        self.greatest.add(times(factor.greatest, entries.greatest));
        self.direction = self.direction.and(factor.direction).and(entries.direction);
    }

    pub(super) fn add_entry(&mut self, entry: Range) {
        self.least.add(entry.least);
        self.greatest.add(entry.greatest);
        self.direction = self.direction.and(entry.direction);
    }

    /// What does not change.
    fn of(bytes: Tally) -> Self {
        Self { least: bytes, greatest: bytes, direction: Direction::None }
    }
}

impl Default for Totals {
    fn default() -> Self {
        Self::of(Tally::default())
    }
}

pub(super) fn product_of(factors: impl Iterator<Item = Range>) -> Range {
    factors.fold(Range::exactly(Some(1)), |product, factor| product.growing(factor, checked_product))
}

impl<'a> Dependence<'a> {
    /// On the setting of this number.
    pub(super) fn on(formulas: &'a Formulas<'a>, setting: usize) -> Self {
        let mut others = formulas.total;
        let mut parts: Vec<Part<'a>> = Vec::new();
        let mut reduced = Reduced::default();
        let mut reduce = |formula: &Formula| {
            reduced.push(formulas.operations_of(*formula), setting, |number| formulas.present(number))
        };
        let (mut at, no_places) = (None, Vec::new());
        for (number, place) in formulas.places.get(setting).unwrap_or(&no_places) {
            let Some(component) = formulas.components.get(*number) else { continue };
            if at != Some(*number) {
                at = Some(*number);
                others.remove(component.bytes);
                parts.push(Part {
                    component,
                    factors: Vec::new(),
                    others: component.sum,
                    entries: Vec::new(),
                });
            }
            let Some(part) = parts.last_mut() else { continue };
            match place {
                Place::Factors => part.factors = component.factors.iter().map(&mut reduce).collect(),
                Place::Entry(entry) => {
                    part.others.remove(component.entry_bytes.get(*entry).copied().unwrap_or(Some(0)));
                    part.entries
                        .extend(component.entries.get(*entry).map(|formula| (*entry, reduce(formula))));
                }
            }
        }
        Self {
            formulas,
            setting,
            others,
            parts,
            reduced,
            results: Results::default(),
            ranges: Results::default(),
        }
    }

    /// How many operations it takes to compute everything together.
    pub(super) fn operations(&self) -> usize {
        self.reduced.len().saturating_add(self.parts.len())
    }

    /// Everything together now.
    pub(super) fn present_total(&self) -> Tally {
        self.formulas.total
    }

    /// Everything together, if the setting had `value`.
    pub(super) fn total(&mut self, value: Option<usize>) -> Tally {
        let Self { others, parts, reduced, results, .. } = self;
        let mut evaluate = |span: &Span| results.evaluate(reduced.operations_of(*span), |_| value);
        let mut total = *others;
        for part in parts {
            let mut factor = part.component.times;
            if !part.factors.is_empty() {
                factor = part.factors.iter().map(&mut evaluate).fold(Some(1), checked_product);
            }
            let mut bytes = part.others;
            for (_, entry) in &part.entries {
                bytes.add(evaluate(entry));
            }
            total.add(times(factor, bytes));
        }
        total
    }

    /// Everything together, where the setting has any value in `range`.
    pub(super) fn totals(&mut self, range: Range) -> Totals {
        let Self { others, parts, reduced, ranges, .. } = self;
        let mut evaluate = |span: &Span| ranges.evaluate(reduced.operations_of(*span), |_| range);
        let mut totals = Totals::of(*others);
        for part in parts {
            let mut factor = Range::exactly(part.component.times);
            if !part.factors.is_empty() {
                factor = product_of(part.factors.iter().map(&mut evaluate));
            }
            let mut entries = Totals::of(part.others);
            for (_, entry) in &part.entries {
                entries.add_entry(evaluate(entry));
            }
            totals.add(factor, &entries);
        }
        totals
    }

    /// By how many bytes the entries in which the setting stands would shrink if it were `then`, each by itself; `None` where that is
    /// unbounded, as it is where one is that names a setting without a limit.
    pub(super) fn bytes_of_entries(&mut self, then: usize, value: Option<usize>) -> Option<usize> {
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
                factors.iter().map(|factor| evaluate(factor, Some(then))).fold(Some(1), checked_product)
            };
            for (number, (entry, bytes)) in entries.iter().zip(entry_bytes).enumerate() {
                if part.factors.is_empty() && !part.entries.iter().any(|(entry, _)| *entry == number) {
                    continue;
                }
                let now = checked_product(*times, *bytes);
                let without = checked_product(times_without, evaluate(entry, Some(then)));
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

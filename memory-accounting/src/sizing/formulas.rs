//! Bounds as formulas over numbered settings, so that they can be computed again and again with other values.

use std::collections::HashMap;
use std::iter;

use super::dependence::{Totals, product_of};
use super::operations::{Fold, Operation, Results};
use super::range::Range;
use super::tally::{Tally, times};
pub(super) use super::writer::Formula;
use super::writer::{Operand, Writer};
use crate::bounds::{BoundsEntry, ComponentBounds, SettingRanges, Times, full_name};
use crate::expr::arithmetic::{checked_product, difference, next_power_of_two, quotient};
use crate::expr::{SettingRange, UsageExpr};

/// A setting: whose it is, what it is called, and its value. Two values under one key are two settings.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Setting<'a> {
    /// The component that declared it, by its place in [`Formulas::components`].
    pub(super) component: usize,
    pub(super) key: &'a str,
    pub(super) value: Option<usize>,
}

/// What one component declares itself.
pub(super) struct Component {
    pub(super) name: String,
    /// How many of it there are: the product of these.
    pub(super) factors: Vec<Formula>,
    /// What is allocated up front and what comes on top of it are one entry here: the second is what the whole is above the first.
    pub(super) entries: Vec<Formula>,
    /// What the factors are now, all multiplied.
    pub(super) times: Option<usize>,
    /// What the entries are now, in one of the component.
    pub(super) entry_bytes: Vec<Option<usize>>,
    /// All entries together.
    pub(super) sum: Tally,
    /// What all of it is now.
    pub(super) bytes: Option<usize>,
}

/// A part of a component in which a setting stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// One of its factors.
    Factors,
    /// The entry at this place.
    Entry(usize),
}

/// The whole tree.
#[derive(Default)]
pub(super) struct Formulas<'a> {
    pub(super) components: Vec<Component>,
    pub(super) settings: Vec<Setting<'a>>,
    /// Which values the settings of each component take.
    ranges: Vec<&'a SettingRanges>,
    /// For each setting the components in which it stands, and where, in order.
    pub(super) places: Vec<Vec<(usize, Place)>>,
    /// Everything together.
    pub(super) total: Tally,
    writer: Writer,
    known: HashMap<Setting<'a>, usize>,
    /// The setting that was met last, which is mostly met again.
    last: Option<(Setting<'a>, usize)>,
}

/// Where a formula stands that is being made.
#[derive(Clone, Copy)]
struct Site {
    component: usize,
    place: Place,
    /// The component whose settings are in it.
    declared_by: usize,
}

impl<'a> Formulas<'a> {
    pub(super) fn of(bounds: &'a ComponentBounds) -> Self {
        let mut formulas = Self::default();
        formulas.add(bounds, &mut Vec::new(), &mut Vec::new());
        formulas
    }

    /// Adds the component at `path` and everything below it, where `above` are the components it lies in.
    fn add(&mut self, bounds: &'a ComponentBounds, path: &mut Vec<&'a str>, above: &mut Vec<usize>) {
        let component = self.components.len();
        above.push(component);
        self.ranges.push(bounds.setting_ranges());
        self.components.push(Component {
            name: full_name(path),
            factors: Vec::new(),
            entries: Vec::new(),
            times: None,
            entry_bytes: Vec::new(),
            sum: Tally::default(),
            bytes: None,
        });
        let declared_by =
            |times: &Times| times.declared_by(above).last().or(above.first()).copied().unwrap_or(0);
        let site = Site { component, place: Place::Factors, declared_by: component };
        let factors: Vec<Formula> = bounds
            .times()
            .map(|times| {
                let factor = self.push(times.expr(), Site { declared_by: declared_by(times), ..site });
                self.writer.finish(factor)
            })
            .collect();
        let mut entries = Vec::new();
        for (entry, rest) in with_rests(bounds) {
            let site = Site { place: Place::Entry(entries.len()), ..site };
            entries.push(self.entry(entry, rest, site, declared_by));
        }
        let times = factors.iter().map(|factor| self.now(*factor)).fold(Some(1), checked_product);
        let entry_bytes: Vec<Option<usize>> = entries.iter().map(|entry| self.now(*entry)).collect();
        if let Some(added) = self.components.get_mut(component) {
            (added.factors, added.entries, added.times, added.entry_bytes) =
                (factors, entries, times, entry_bytes);
            added.sum = added.entry_bytes.iter().copied().collect();
            added.bytes = self::times(times, added.sum);
            self.total.add(added.bytes);
        }
        for (name, child) in bounds.subcomponents() {
            path.push(name);
            self.add(child, path, above);
            path.pop();
        }
        above.pop();
    }

    /// The bytes of `entry`, and of the `rest` that comes on top of it, as often as the entry says.
    fn entry(
        &mut self,
        entry: &'a BoundsEntry,
        rest: Option<&'a BoundsEntry>,
        site: Site,
        declared_by: impl Fn(&Times) -> usize,
    ) -> Formula {
        let factors = self.writer.operands();
        let terms = self.writer.operands();
        for entry in iter::once(entry).chain(rest) {
            self.push_terms(entry.expr(), site);
        }
        let sum = self.writer.fold(Fold::Sum, terms);
        self.writer.operand(sum);
        for times in entry.times() {
            let factor = self.push(times.expr(), Site { declared_by: declared_by(times), ..site });
            self.writer.operand(factor);
        }
        let product = self.writer.fold(Fold::Product, factors);
        self.writer.finish(product)
    }

    fn push(&mut self, expr: &'a UsageExpr, site: Site) -> Operand {
        match expr {
            UsageExpr::Config { name, value } => self.leaf(name, Some(*value), site),
            UsageExpr::Unlimited { name } => self.leaf(name, None, site),
            UsageExpr::StructSize { value, .. } | UsageExpr::Constant { value, .. } => {
                Operand::Number(Some(*value))
            }
            UsageExpr::Product { values } => self.push_all(Fold::Product, values, site),
            UsageExpr::Max { values } => self.push_all(Fold::Max, values, site),
            UsageExpr::Min { values } => self.push_all(Fold::Min, values, site),
            UsageExpr::Sum { .. } => {
                let terms = self.writer.operands();
                self.push_terms(expr, site);
                self.writer.fold(Fold::Sum, terms)
            }
            UsageExpr::Difference { minuend, subtrahend } => {
                let (minuend, subtrahend) = (self.push(minuend, site), self.push(subtrahend, site));
                if subtrahend == Operand::Number(Some(0)) {
                    return minuend;
                }
                self.writer.of_two(Operation::Difference, difference, minuend, subtrahend)
            }
            UsageExpr::Quotient { dividend, divisor } => {
                let (dividend, divisor) = (self.push(dividend, site), self.push(divisor, site));
                self.writer.of_two(Operation::Quotient, quotient, dividend, divisor)
            }
            UsageExpr::NextPowerOfTwo { value } => {
                let value = self.push(value, site);
                self.writer.of_one(Operation::NextPowerOfTwo, next_power_of_two, value)
            }
        }
    }

    fn push_all(&mut self, fold: Fold, values: &'a [UsageExpr], site: Site) -> Operand {
        let operands = self.writer.operands();
        for value in values {
            let operand = self.push(value, site);
            self.writer.operand(operand);
        }
        self.writer.fold(fold, operands)
    }

    /// Makes operands of what `expr` is the sum of.
    fn push_terms(&mut self, expr: &'a UsageExpr, site: Site) {
        if let UsageExpr::Sum { values } = expr {
            for value in values {
                self.push_terms(value, site);
            }
        } else {
            let term = self.push(expr, site);
            self.writer.operand(term);
        }
    }

    fn leaf(&mut self, key: &'a str, value: Option<usize>, site: Site) -> Operand {
        if key.is_empty() {
            // What has no name is no setting.
            return Operand::Number(value);
        }
        let setting = Setting { component: site.declared_by, key, value };
        let number = match self.last {
            Some((last, number)) if last == setting => number,
            _ => *self.known.entry(setting).or_insert_with(|| {
                self.settings.push(setting);
                self.places.push(Vec::new());
                self.settings.len().saturating_sub(1)
            }),
        };
        self.last = Some((setting, number));
        let place = (site.component, site.place);
        if let Some(places) = self.places.get_mut(number).filter(|places| places.last() != Some(&place)) {
            places.push(place);
        }
        self.writer.setting(number)
    }

    /// The present value of the setting of this number.
    pub(super) fn present(&self, number: usize) -> Option<usize> {
        self.settings.get(number).and_then(|setting| setting.value)
    }

    /// The values that the setting of this number takes.
    pub(super) fn range(&self, number: usize) -> SettingRange {
        let range = || {
            let setting = self.settings.get(number)?;
            self.ranges.get(setting.component)?.get(setting.key)
        };
        range().copied().unwrap_or_default()
    }

    pub(super) fn operations_of(&self, formula: Formula) -> &[Operation] {
        self.writer.operations_of(formula)
    }

    /// What `formula` is with the present values of all settings.
    fn now(&mut self, formula: Formula) -> Option<usize> {
        let Self { writer, settings, .. } = self;
        writer.now(formula, |number| settings.get(number).and_then(|setting| setting.value))
    }

    /// Everything together, if each setting had the value that `value` gives for its number.
    pub(super) fn total_with(&self, value: impl Fn(usize) -> Option<usize>) -> Tally {
        let mut results = Results::<Option<usize>>::default();
        let mut evaluate = |formula: &Formula| results.evaluate(self.operations_of(*formula), &value);
        let mut total = Tally::default();
        for component in &self.components {
            let factors = component.factors.iter().map(&mut evaluate).fold(Some(1), checked_product);
            total.add(times(factors, component.entries.iter().map(&mut evaluate).collect()));
        }
        total
    }

    /// Everything together, if each setting had any of the values that `range` gives for its number, all getting greater together.
    pub(super) fn totals_with(&self, range: impl Fn(usize) -> Range) -> Totals {
        let mut results = Results::<Range>::default();
        let mut evaluate = |formula: &Formula| results.evaluate(self.operations_of(*formula), &range);
        let mut totals = Totals::default();
        for component in &self.components {
            let factor = product_of(component.factors.iter().map(&mut evaluate));
            let mut entries = Totals::default();
            for entry in component.entries.iter().map(&mut evaluate) {
                entries.add_entry(entry);
            }
            totals.add(factor, &entries);
        }
        totals
    }

    /// How many operations it takes to compute everything.
    pub(super) fn operations(&self) -> usize {
        self.writer.len()
    }
}

/// The entries of a component, each that is allocated up front with the one that comes on top of it, if there is one: it has the same
/// label, and there are as many. Should they have nothing to do with each other, they are added up all the same.
fn with_rests(bounds: &ComponentBounds) -> Vec<(&BoundsEntry, Option<&BoundsEntry>)> {
    let alone = |entry| (entry, None);
    let mut entries = Vec::with_capacity(bounds.entries().count());
    entries.extend(bounds.minimum_entries().iter().map(alone));
    let mut next = 0;
    for firm in bounds.firm_entries() {
        // Both are declared at once, so they stand in the same order.
        let is_its_rest = |(minimum, rest): &(&BoundsEntry, Option<_>)| {
            rest.is_none()
                && minimum.label().is_some()
                && minimum.label() == firm.label()
                && minimum.times() == firm.times()
        };
        let of_minimum = entries.get(next..bounds.minimum_entries().len()).unwrap_or_default();
        match of_minimum.iter().position(is_its_rest) {
            Some(further) => {
                next = next.saturating_add(further);
                if let Some((_, rest)) = entries.get_mut(next) {
                    *rest = Some(firm);
                }
            }
            None => entries.push(alone(firm)),
        }
    }
    entries
}

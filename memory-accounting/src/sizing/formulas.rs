//! Bounds as formulas over numbered settings, so that they can be computed again and again with other values.

use std::collections::HashMap;

use super::range::{Operation, Stack};
use super::tally::{Tally, times};
use crate::bounds::{BoundsEntry, ComponentBounds, Times, full_name};
use crate::expr::UsageExpr;
use crate::expr::arithmetic::checked_product;

/// A setting: whose it is, what it is called, and its value. Two values under one key are two settings.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Setting<'a> {
    /// The component that declared it, by its place in [`Formulas::components`].
    pub(super) component: usize,
    pub(super) key: &'a str,
    pub(super) value: Option<usize>,
}

/// Where in [`Formulas::operations`] something is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Formula {
    start: usize,
    end: usize,
}

/// What one component declares itself.
pub(super) struct Component {
    pub(super) name: String,
    /// How many of it there are: the product of these.
    pub(super) factors: Vec<Formula>,
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
    /// For each setting the components in which it stands, and where, in order.
    pub(super) places: Vec<Vec<(usize, Place)>>,
    /// Everything together.
    pub(super) total: Tally,
    operations: Vec<Operation>,
    known: HashMap<Setting<'a>, usize>,
    /// The setting that was met last, which is mostly met again.
    last: Option<(Setting<'a>, usize)>,
    stack: Stack<Option<usize>>,
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
            .map(|times| self.formula(&[(times.expr(), Site { declared_by: declared_by(times), ..site })]))
            .collect();
        let mut entries = Vec::new();
        for entry in bounds.entries() {
            let site = Site { place: Place::Entry(entries.len()), ..site };
            entries.push(self.entry(entry, site, declared_by));
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

    fn entry(
        &mut self,
        entry: &'a BoundsEntry,
        site: Site,
        declared_by: impl Fn(&Times) -> usize,
    ) -> Formula {
        let mut parts = vec![(entry.expr(), site)];
        let factors = entry.times().iter();
        parts.extend(factors.map(|times| (times.expr(), Site { declared_by: declared_by(times), ..site })));
        self.formula(&parts)
    }

    /// The product of `parts`.
    fn formula(&mut self, parts: &[(&'a UsageExpr, Site)]) -> Formula {
        let start = self.operations.len();
        for (expr, site) in parts {
            self.push(expr, *site);
        }
        if parts.len() > 1 {
            self.operations.push(Operation::Product(parts.len()));
        }
        Formula { start, end: self.operations.len() }
    }

    fn push(&mut self, expr: &'a UsageExpr, site: Site) {
        let start = self.operations.len();
        let operation = match expr {
            UsageExpr::Config { name, value } => self.leaf(name, Some(*value), site),
            UsageExpr::Unlimited { name } => self.leaf(name, None, site),
            UsageExpr::StructSize { value, .. } | UsageExpr::Constant { value, .. } => {
                Operation::Number(Some(*value))
            }
            UsageExpr::Product { values } => Operation::Product(self.push_all(values, site)),
            UsageExpr::Sum { values } => Operation::Sum(self.push_all(values, site)),
            UsageExpr::Max { values } => Operation::Max(self.push_all(values, site)),
            UsageExpr::Min { values } => Operation::Min(self.push_all(values, site)),
            UsageExpr::Difference { minuend: first, subtrahend: second } => {
                self.push(first, site);
                self.push(second, site);
                Operation::Difference
            }
            UsageExpr::Quotient { dividend: first, divisor: second } => {
                self.push(first, site);
                self.push(second, site);
                Operation::Quotient
            }
            UsageExpr::NextPowerOfTwo { value } => {
                self.push(value, site);
                Operation::NextPowerOfTwo
            }
        };
        self.operations.push(operation);
        // What no setting changes is computed once.
        let formula = Formula { start, end: self.operations.len() };
        let is_fixed =
            self.operations_of(formula).iter().all(|operation| !matches!(operation, Operation::Setting(_)));
        if is_fixed && formula.end.saturating_sub(start) > 1 {
            let value = self.now(formula);
            self.operations.truncate(start);
            self.operations.push(Operation::Number(value));
        }
    }

    /// Pushes all `values`; returns how many there are.
    fn push_all(&mut self, values: &'a [UsageExpr], site: Site) -> usize {
        for value in values {
            self.push(value, site);
        }
        values.len()
    }

    fn leaf(&mut self, key: &'a str, value: Option<usize>, site: Site) -> Operation {
        if key.is_empty() {
            // What has no name is no setting.
            return Operation::Number(value);
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
        Operation::Setting(number)
    }

    /// The present value of the setting of this number.
    pub(super) fn present(&self, number: usize) -> Option<usize> {
        self.settings.get(number).and_then(|setting| setting.value)
    }

    pub(super) fn operations_of(&self, formula: Formula) -> &[Operation] {
        self.operations.get(formula.start..formula.end).unwrap_or_default()
    }

    /// What `formula` is with the present values of all settings.
    fn now(&mut self, formula: Formula) -> Option<usize> {
        let Self { operations, settings, stack, .. } = self;
        let operations = operations.get(formula.start..formula.end).unwrap_or_default();
        let present = |number: usize| settings.get(number).and_then(|setting| setting.value);
        stack.evaluate(operations, present)
    }

    /// Everything together, if each setting had the value that `value` gives for its number.
    pub(super) fn total_with(&self, value: impl Fn(usize) -> Option<usize>) -> Tally {
        let mut stack = Stack::<Option<usize>>::default();
        let mut evaluate = |formula: &Formula| stack.evaluate(self.operations_of(*formula), &value);
        let mut total = Tally::default();
        for component in &self.components {
            let factors = component.factors.iter().map(&mut evaluate).fold(Some(1), checked_product);
            total.add(times(factors, component.entries.iter().map(&mut evaluate).collect()));
        }
        total
    }
}

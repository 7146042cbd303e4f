//! Writing formulas so that they are short: what is the same is computed once, and what no setting changes not at all.

use super::operations::{Fold, Operation, Results};

/// How many operations are remembered, to be written once: many more than a container's rule has, so that they seldom meet.
const REMEMBERED: usize = 1 << REMEMBERED_BITS;
const REMEMBERED_BITS: u32 = 9;

/// Where in the operations something is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Formula {
    start: usize,
    end: usize,
}

/// What an operation works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// What no setting changes.
    Number(Option<usize>),
    /// What the operation at this place of the formula gives.
    Place(usize),
}

/// The operations of all formulas, of which the last is being written.
#[derive(Default)]
pub(super) struct Writer {
    operations: Vec<Operation>,
    /// Where the formula begins that is being written.
    start: usize,
    /// Where operations were written, each at the place that [`spot`] says; a later one takes the place of an earlier one, which is then looked for, and
    /// what is there may be of another formula.
    remembered: Vec<usize>,
    /// What is going to be worked on, innermost last; kept so that it is allocated once.
    operands: Vec<Operand>,
    results: Results<Option<usize>>,
}

/// The operands from here on.
pub(super) struct Operands(usize);

impl Writer {
    pub(super) fn operations_of(&self, formula: Formula) -> &[Operation] {
        self.operations.get(formula.start..formula.end).unwrap_or_default()
    }

    /// How many operations there are in all.
    pub(super) fn len(&self) -> usize {
        self.operations.len()
    }

    /// Ends the formula that is being written, which gives `result`, and begins the next.
    pub(super) fn finish(&mut self, result: Operand) -> Formula {
        let place = self.place(result);
        // Nothing that comes after the result is needed.
        self.operations.truncate(self.start.saturating_add(place).saturating_add(1));
        let formula = Formula { start: self.start, end: self.operations.len() };
        self.start = formula.end;
        formula
    }

    pub(super) fn setting(&mut self, number: usize) -> Operand {
        Operand::Place(self.push(Operation::Setting(number)))
    }

    /// Operands are going to be added, until they are folded.
    pub(super) fn operands(&self) -> Operands {
        Operands(self.operands.len())
    }

    pub(super) fn operand(&mut self, operand: Operand) {
        self.operands.push(operand);
    }

    /// All of these operands together. Of none it is 0, save for the product, which is 1.
    pub(super) fn fold(&mut self, fold: Fold, Operands(first): Operands) -> Operand {
        if matches!(fold, Fold::Sum) {
            self.join_rests(first);
        }
        let (mut number, mut all) = (fold.neutral(), None);
        let mut are_none = true;
        while let Some(operand) = self.pop_above(first) {
            are_none = false;
            match operand {
                Operand::Number(value) => number = fold.of_numbers(number, value),
                Operand::Place(place) => {
                    all = Some(all.map_or(place, |all| self.push(fold.of_places(all, place))));
                }
            }
        }
        match (fold, all) {
            (Fold::Min, _) if are_none => Operand::Number(Some(0)),
            (Fold::Product, Some(_)) if number == Some(0) => Operand::Number(number),
            (_, Some(all)) if number == fold.neutral() => Operand::Place(all),
            (_, Some(all)) => {
                let number = self.push(Operation::Number(number));
                Operand::Place(self.push(fold.of_places(all, number)))
            }
            (_, None) => Operand::Number(number),
        }
    }

    fn pop_above(&mut self, first: usize) -> Option<Operand> {
        if self.operands.len() > first { self.operands.pop() } else { None }
    }

    /// Makes one of two terms of a sum where one is what something else is above the other: `a + (b - a)` is the greater of `a` and
    /// `b`. That is how what is allocated up front is declared, and the sum grows with both, which cannot be told from its parts.
    fn join_rests(&mut self, first: usize) {
        let terms = self.operands.get(first..).unwrap_or_default();
        let found = terms.iter().enumerate().find_map(|(rest, term)| {
            let Operand::Place(place) = term else { return None };
            let Some(Operation::Difference(whole, part)) =
                self.operations.get(self.start.saturating_add(*place))
            else {
                return None;
            };
            let at = terms.iter().position(|term| *term == Operand::Place(*part))?;
            Some((first.saturating_add(rest), first.saturating_add(at), Fold::Max.of_places(*whole, *part)))
        });
        let Some((rest, part, greater)) = found else { return };
        // The later one first, so that the other is still where it was.
        self.operands.remove(rest.max(part));
        self.operands.remove(rest.min(part));
        let greater = Operand::Place(self.push(greater));
        self.operands.push(greater);
        self.join_rests(first);
    }

    /// What `operation`, which is one of two operands, gives.
    pub(super) fn of_two(
        &mut self,
        operation: fn(usize, usize) -> Operation,
        of_numbers: fn(Option<usize>, Option<usize>) -> Option<usize>,
        first: Operand,
        second: Operand,
    ) -> Operand {
        if let (Operand::Number(first), Operand::Number(second)) = (first, second) {
            return Operand::Number(of_numbers(first, second));
        }
        let (first, second) = (self.place(first), self.place(second));
        Operand::Place(self.push(operation(first, second)))
    }

    /// What `operation`, which is one of one operand, gives.
    pub(super) fn of_one(
        &mut self,
        operation: fn(usize) -> Operation,
        of_number: fn(Option<usize>) -> Option<usize>,
        operand: Operand,
    ) -> Operand {
        match operand {
            Operand::Number(value) => Operand::Number(of_number(value)),
            Operand::Place(place) => Operand::Place(self.push(operation(place))),
        }
    }

    /// What `formula` is, where `present` gives the values of settings.
    pub(super) fn now(
        &mut self,
        formula: Formula,
        present: impl Fn(usize) -> Option<usize>,
    ) -> Option<usize> {
        let Self { operations, results, .. } = self;
        let operations = operations.get(formula.start..formula.end).unwrap_or_default();
        results.evaluate(operations, present)
    }

    fn place(&mut self, operand: Operand) -> usize {
        match operand {
            Operand::Number(value) => self.push(Operation::Number(value)),
            Operand::Place(place) => place,
        }
    }

    /// The place of `operation`, which is written unless it is there.
    fn push(&mut self, operation: Operation) -> usize {
        let Self { operations, start, remembered, .. } = self;
        remembered.resize(REMEMBERED, 0);
        let known = remembered.get_mut(spot(operation));
        // Where another operation of this formula is noted, this one may have been before it.
        let of_this_formula = known.as_deref().filter(|at| **at >= *start);
        let written = of_this_formula.and_then(|at| {
            let is_it = |at: &usize| operations.get(*at) == Some(&operation);
            if is_it(at) { Some(*at) } else { (*start..operations.len()).rev().take(REMEMBERED).find(is_it) }
        });
        if let Some(at) = written {
            return at.saturating_sub(*start);
        }
        let at = operations.len();
        if let Some(known) = known {
            *known = at;
        }
        operations.push(operation);
        at.saturating_sub(*start)
    }
}

/// Where it is noted that `operation` was written: a number below [`REMEMBERED`].
fn spot(operation: Operation) -> usize {
    let (kind, first, second) = match operation {
        Operation::Setting(number) => (1, number, 0),
        Operation::Number(value) => (2, value.unwrap_or(usize::MAX), 0),
        Operation::Product(first, second) => (3, first, second),
        Operation::Sum(first, second) => (4, first, second),
        Operation::Max(first, second) => (5, first, second),
        Operation::Min(first, second) => (6, first, second),
        Operation::Difference(first, second) => (7, first, second),
        Operation::Quotient(first, second) => (8, first, second),
        Operation::NextPowerOfTwo(value) => (9, value, 0),
    };
    let key = (first as u64).wrapping_mul(16).wrapping_add((second as u64) << 32).wrapping_add(kind);
    // The upper bits of a product with the golden ratio are unlike for keys that are alike.
    let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> u64::BITS.saturating_sub(REMEMBERED_BITS);
    usize::try_from(mixed).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::arithmetic::difference;

    /// `8 * setting` as often as `times` says, in all.
    fn eights(writer: &mut Writer, times: usize) -> Operand {
        let terms = writer.operands();
        for _ in 0..times {
            let factors = writer.operands();
            writer.operand(Operand::Number(Some(8)));
            let setting = writer.setting(0);
            writer.operand(setting);
            let product = writer.fold(Fold::Product, factors);
            writer.operand(product);
        }
        writer.fold(Fold::Sum, terms)
    }

    #[test]
    fn what_is_the_same_is_computed_once() {
        let mut writer = Writer::default();
        let sum = eights(&mut writer, 3);
        let formula = writer.finish(sum);
        // A setting, a number, a product, and two sums.
        assert_eq!(writer.operations_of(formula).len(), 5);
        assert_eq!(writer.now(formula, |_| Some(10)), Some(240));
        let another = eights(&mut writer, 1);
        let another = writer.finish(another);
        assert_eq!(writer.operations_of(another).len(), 3, "each formula has its own");
    }

    #[test]
    fn operations_that_are_noted_at_the_same_place_are_found_all_the_same() {
        let mut writer = Writer::default();
        // So many that some have a place in common.
        let mut all = || (0..REMEMBERED * 3 / 4).map(|number| writer.setting(number)).collect::<Vec<_>>();
        assert!(all() == all());
    }

    #[test]
    fn what_no_setting_changes_is_a_number() {
        let mut writer = Writer::default();
        let numbers = writer.operands();
        writer.operand(Operand::Number(Some(3)));
        writer.operand(Operand::Number(Some(4)));
        assert!(writer.fold(Fold::Product, numbers) == Operand::Number(Some(12)));
        let zero = writer.operands();
        writer.operand(Operand::Number(Some(0)));
        let setting = writer.setting(0);
        writer.operand(setting);
        assert!(writer.fold(Fold::Product, zero) == Operand::Number(Some(0)));
    }

    #[test]
    fn a_part_and_the_rest_of_the_whole_are_the_greater_of_both() {
        let mut writer = Writer::default();
        let (part, whole) = (writer.setting(0), writer.setting(1));
        let rest = writer.of_two(Operation::Difference, difference, whole, part);
        let terms = writer.operands();
        for term in [rest, Operand::Number(Some(1)), part] {
            writer.operand(term);
        }
        let sum = writer.fold(Fold::Sum, terms);
        let formula = writer.finish(sum);
        let kinds = writer.operations_of(formula);
        assert!(kinds.iter().any(|operation| matches!(operation, Operation::Max(..))), "{kinds:?}");
        assert!(!kinds.iter().any(|operation| matches!(operation, Operation::Sum(0 | 1, _))), "{kinds:?}");
        for (part, whole) in [(3, 10), (10, 3)] {
            let value = writer.now(formula, |number| Some(if number == 0 { part } else { whole }));
            assert_eq!(value, Some(11));
        }
    }
}

//! Formulas as one setting sees them: all that does not depend on it is a number.
//!
//! They are computed again for every value that is tried. Where a thousand settings stand in one sum, that is a thousand times less.

use crate::expr::arithmetic::checked_sum;
use crate::sizing::operations::{Operation, Results};

/// Where a reduced formula is.
#[derive(Clone, Copy)]
pub(in crate::sizing) struct Span {
    start: usize,
    end: usize,
}

/// The operations of reduced formulas.
#[derive(Default)]
pub(in crate::sizing) struct Reduced {
    operations: Vec<Operation>,
    /// What each operation of the formula gives that is being reduced; kept so that it is allocated once.
    terms: Vec<Term>,
    results: Results<Option<usize>>,
}

/// What the operation at a place of the reduced formula gives, if the setting is in it at all, and a number on top.
#[derive(Clone, Copy)]
struct Term {
    place: Option<usize>,
    number: Option<usize>,
}

impl Term {
    fn number(number: Option<usize>) -> Self {
        Self { place: None, number }
    }

    fn place(place: usize) -> Self {
        Self { place: Some(place), number: Some(0) }
    }
}

impl Reduced {
    pub(in crate::sizing) fn operations_of(&self, span: Span) -> &[Operation] {
        self.operations.get(span.start..span.end).unwrap_or_default()
    }

    /// How many operations there are in all.
    pub(in crate::sizing) fn len(&self) -> usize {
        self.operations.len()
    }

    /// Adds what `formula` is for the setting of this number, where all others are what `present` says.
    pub(in crate::sizing) fn push(
        &mut self,
        formula: &[Operation],
        setting: usize,
        present: impl Fn(usize) -> Option<usize>,
    ) -> Span {
        let start = self.operations.len();
        self.terms.clear();
        for operation in formula {
            let term = match *operation {
                Operation::Setting(number) if number == setting => Term::place(self.write(*operation, start)),
                Operation::Setting(number) => Term::number(present(number)),
                Operation::Number(number) => Term::number(number),
                operation => self.term(operation, start),
            };
            self.terms.push(term);
        }
        let result = self.terms.last().copied().unwrap_or(Term::number(Some(0)));
        let last = self.operations.len().saturating_sub(start).checked_sub(1);
        // What comes last is what the formula gives.
        if result.place.is_none() || result.place != last || result.number != Some(0) {
            let number = self.write(Operation::Number(result.number), start);
            if let Some(place) = result.place {
                self.write(Operation::Sum(place, number), start);
            }
        }
        Span { start, end: self.operations.len() }
    }

    /// What an operation on earlier ones gives.
    fn term(&mut self, operation: Operation, start: usize) -> Term {
        let at = |place: usize| self.terms.get(place).copied().unwrap_or(Term::number(Some(0)));
        let (first, second) = operation.places().map_or_else(|| (at(0), at(0)), |(a, b)| (at(a), at(b)));
        match (operation, first.place, second.place) {
            (operation, None, None) => {
                let formula =
                    [Operation::Number(first.number), Operation::Number(second.number), operation.of(0, 1)];
                Term::number(self.results.evaluate(&formula, |_| None))
            }
            // Numbers of a sum are one number, however many terms are between them.
            (Operation::Sum(..), first_place, second_place) => {
                let place = match (first_place, second_place) {
                    (Some(first), Some(second)) => Some(self.write(Operation::Sum(first, second), start)),
                    (place, other) => place.or(other),
                };
                Term { place, number: checked_sum(first.number, second.number) }
            }
            (operation, ..) => {
                let (first, second) = (self.written(first, start), self.written(second, start));
                Term::place(self.write(operation.of(first, second), start))
            }
        }
    }

    /// The place of what `term` gives.
    fn written(&mut self, term: Term, start: usize) -> usize {
        match term {
            Term { place: Some(place), number: Some(0) } => place,
            Term { place, number } => {
                let number = self.write(Operation::Number(number), start);
                place.map_or(number, |place| self.write(Operation::Sum(place, number), start))
            }
        }
    }

    /// The place of `operation`, which is added.
    fn write(&mut self, operation: Operation, start: usize) -> usize {
        let place = self.operations.len().saturating_sub(start);
        self.operations.push(operation);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::ComponentBounds;
    use crate::expr::UsageExpr;
    use crate::sizing::formulas::Formulas;
    use crate::{MemoryBounds, MemoryBoundsBuilder};

    /// One sum of so many terms, each of its own setting.
    struct Long(usize);

    impl MemoryBounds for Long {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            let terms = (0..self.0).map(|number| {
                let parts = || UsageExpr::config(format!("n{number}"), 7);
                let part = UsageExpr::quotient(UsageExpr::constant("", 100 + number), parts());
                UsageExpr::product("", part, parts())
            });
            let sum = terms.fold(UsageExpr::constant("", 5), |sum, term| UsageExpr::sum("", sum, term));
            builder.firm().with_expr(sum);
        }
    }

    #[test]
    fn what_one_setting_takes_is_as_short_in_a_long_sum_as_by_itself() {
        let bounds = ComponentBounds::of(&Long(50));
        let formulas = Formulas::of(&bounds);
        let formula = formulas.components[0].entries[0];
        for setting in 0..50 {
            let mut reduced = Reduced::default();
            let span =
                reduced.push(formulas.operations_of(formula), setting, |number| formulas.present(number));
            let key = formulas.settings[setting].key;
            assert!(reduced.len() <= 6, "{key}: {} operations", reduced.len());
            for value in [Some(0), Some(1), Some(13), None] {
                let bytes =
                    Results::<Option<usize>>::default().evaluate(reduced.operations_of(span), |_| value);
                let all = formulas.total_with(|number| if number == setting { value } else { Some(7) });
                assert_eq!(bytes, all.bytes(), "{key}, {value:?}");
            }
        }
    }
}

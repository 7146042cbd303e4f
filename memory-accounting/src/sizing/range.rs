//! The least and the greatest that a formula can be where a setting may have any of many values.

use crate::expr::arithmetic::{
    checked_product, checked_sum, difference, greater, lesser, next_power_of_two, quotient,
};

/// What a formula can be computed in: one number, or a range of them.
pub(super) trait Value: Copy {
    fn exactly(value: Option<usize>) -> Self;

    /// What `function`, which grows with both of its operands, gives.
    fn growing(self, other: Self, function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>) -> Self;

    /// What `function`, which shrinks with its second operand, gives.
    fn shrinking(self, other: Self, function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>)
    -> Self;
}

/// A number, where `None` is unbounded.
impl Value for Option<usize> {
    fn exactly(value: Option<usize>) -> Self {
        value
    }

    fn growing(self, other: Self, function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>) -> Self {
        function(self, other)
    }

    fn shrinking(
        self,
        other: Self,
        function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>,
    ) -> Self {
        function(self, other)
    }
}

/// From the least to the greatest.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) least: Option<usize>,
    pub(super) greatest: Option<usize>,
}

impl Value for Range {
    fn exactly(value: Option<usize>) -> Self {
        Self { least: value, greatest: value }
    }

    fn growing(self, other: Self, function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>) -> Self {
        Self { least: function(self.least, other.least), greatest: function(self.greatest, other.greatest) }
    }

    fn shrinking(
        self,
        other: Self,
        function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>,
    ) -> Self {
        Self { least: function(self.least, other.greatest), greatest: function(self.greatest, other.least) }
    }
}

/// One step of a formula in postfix notation: what it works on was computed before it.
#[derive(Clone, Copy)]
pub(super) enum Operation {
    /// The setting of this number.
    Setting(usize),
    Number(Option<usize>),
    /// Of so many values.
    Product(usize),
    Sum(usize),
    Max(usize),
    Min(usize),
    Difference,
    Quotient,
    NextPowerOfTwo,
}

/// What was computed and not yet used; kept so that it is allocated once.
pub(super) struct Stack<V>(Vec<V>);

impl<V> Default for Stack<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V: Value> Stack<V> {
    /// What a formula is, where `setting` gives what a setting is by its number. Each leaf of a range is taken by itself, so where
    /// a setting stands in several places it may be wider than the truth, but never narrower.
    pub(super) fn evaluate(&mut self, formula: &[Operation], setting: impl Fn(usize) -> V) -> V {
        self.0.clear();
        for operation in formula {
            let value = match operation {
                Operation::Setting(number) => setting(*number),
                Operation::Number(value) => V::exactly(*value),
                Operation::Product(count) => self.fold(*count, Some(1), checked_product),
                Operation::Sum(count) => self.fold(*count, Some(0), checked_sum),
                Operation::Max(count) => self.fold(*count, Some(0), greater),
                // Nothing is above unbounded, save that the least of no values is 0.
                Operation::Min(0) => V::exactly(Some(0)),
                Operation::Min(count) => self.fold(*count, None, lesser),
                Operation::Difference => self.of_two(difference),
                Operation::Quotient => self.of_two(quotient),
                Operation::NextPowerOfTwo => {
                    let value = self.pop();
                    value.growing(value, |value, _| next_power_of_two(value))
                }
            };
            self.0.push(value);
        }
        self.pop()
    }

    fn pop(&mut self) -> V {
        // There is always one: a formula is written operands first.
        self.0.pop().unwrap_or(V::exactly(Some(0)))
    }

    fn fold(
        &mut self,
        count: usize,
        start: Option<usize>,
        function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>,
    ) -> V {
        (0..count).fold(V::exactly(start), |value, _| value.growing(self.pop(), &function))
    }

    fn of_two(&mut self, function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>) -> V {
        let second = self.pop();
        self.pop().shrinking(second, function)
    }
}

//! Formulas as operations one after another, each on what earlier ones gave.

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

    fn greater(self, other: Self) -> Self;

    fn lesser(self, other: Self) -> Self;
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

    fn greater(self, other: Self) -> Self {
        greater(self, other)
    }

    fn lesser(self, other: Self) -> Self {
        lesser(self, other)
    }
}

/// One step of a formula. What it works on is told by the places of earlier steps of the same formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// The setting of this number.
    Setting(usize),
    Number(Option<usize>),
    Product(usize, usize),
    Sum(usize, usize),
    Max(usize, usize),
    Min(usize, usize),
    Difference(usize, usize),
    Quotient(usize, usize),
    NextPowerOfTwo(usize),
}

impl Operation {
    /// The places of the two it works on, which are one where it works on one.
    pub(super) fn places(self) -> Option<(usize, usize)> {
        match self {
            Self::Setting(_) | Self::Number(_) => None,
            Self::Product(first, second)
            | Self::Sum(first, second)
            | Self::Max(first, second)
            | Self::Min(first, second)
            | Self::Difference(first, second)
            | Self::Quotient(first, second) => Some((first, second)),
            Self::NextPowerOfTwo(value) => Some((value, value)),
        }
    }

    /// The same on what is at other places.
    pub(super) fn of(self, first: usize, second: usize) -> Self {
        match self {
            Self::Setting(_) | Self::Number(_) => self,
            Self::Product(..) => Self::Product(first, second),
            Self::Sum(..) => Self::Sum(first, second),
            Self::Max(..) => Self::Max(first, second),
            Self::Min(..) => Self::Min(first, second),
            Self::Difference(..) => Self::Difference(first, second),
            Self::Quotient(..) => Self::Quotient(first, second),
            Self::NextPowerOfTwo(_) => Self::NextPowerOfTwo(first),
        }
    }
}

/// What is done with any number of operands, in whatever order.
#[derive(Clone, Copy)]
pub(super) enum Fold {
    Product,
    Sum,
    Max,
    Min,
}

impl Fold {
    /// What changes nothing.
    pub(super) fn neutral(self) -> Option<usize> {
        match self {
            Self::Product => Some(1),
            Self::Sum | Self::Max => Some(0),
            Self::Min => None,
        }
    }

    pub(super) fn of_numbers(self, first: Option<usize>, second: Option<usize>) -> Option<usize> {
        match self {
            Self::Product => checked_product(first, second),
            Self::Sum => checked_sum(first, second),
            Self::Max => greater(first, second),
            Self::Min => lesser(first, second),
        }
    }

    pub(super) fn of_places(self, first: usize, second: usize) -> Operation {
        // The order of both changes nothing, so what is the same is written in the same way.
        let (first, second) = (first.min(second), first.max(second));
        match self {
            Self::Product => Operation::Product(first, second),
            Self::Sum => Operation::Sum(first, second),
            Self::Max => Operation::Max(first, second),
            Self::Min => Operation::Min(first, second),
        }
    }
}

/// What each step of a formula gave; kept so that it is allocated once.
pub(super) struct Results<V>(Vec<V>);

impl<V> Default for Results<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V: Value> Results<V> {
    /// What the last step of a formula gives, where `setting` gives what a setting is by its number.
    pub(super) fn evaluate(&mut self, formula: &[Operation], setting: impl Fn(usize) -> V) -> V {
        self.0.clear();
        // What earlier steps gave is there: a formula is written operands first.
        let of_none = V::exactly(Some(0));
        let mut last = of_none;
        for operation in formula {
            let at = |place: usize| self.0.get(place).copied().unwrap_or(of_none);
            last = match *operation {
                Operation::Setting(number) => setting(number),
                Operation::Number(value) => V::exactly(value),
                Operation::Product(first, second) => at(first).growing(at(second), checked_product),
                Operation::Sum(first, second) => at(first).growing(at(second), checked_sum),
                Operation::Max(first, second) => at(first).greater(at(second)),
                Operation::Min(first, second) => at(first).lesser(at(second)),
                Operation::Difference(first, second) => at(first).shrinking(at(second), difference),
                Operation::Quotient(first, second) => at(first).shrinking(at(second), quotient),
                Operation::NextPowerOfTwo(value) => {
                    at(value).growing(of_none, |value, _| next_power_of_two(value))
                }
            };
            self.0.push(last);
        }
        last
    }
}

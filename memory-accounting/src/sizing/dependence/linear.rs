//! Whether each unit of a setting takes as many bytes as any other.

use super::{Dependence, Part};
use crate::sizing::operations::Operation;

/// How a formula depends on a setting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Degree {
    /// Not at all.
    None,
    /// Each unit adds as much as any other.
    One,
    Other,
}

impl Dependence<'_> {
    /// Whether each unit of the setting adds the same number of bytes, as far as the form of the expressions tells.
    pub(in crate::sizing) fn is_linear(&self) -> bool {
        self.parts.iter().all(|part| self.degree_of(part) <= Degree::One)
    }

    fn degree_of(&self, part: &Part<'_>) -> Degree {
        let degree = |span| degree(self.reduced.operations_of(span));
        let factors = part.factors.iter().map(|factor| degree(*factor)).fold(Degree::None, Degree::times);
        let entries = part.entries.iter().map(|(_, entry)| degree(*entry)).max().unwrap_or(Degree::None);
        factors.times(entries)
    }
}

impl Degree {
    fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, degree) | (degree, Self::None) => degree,
            _ => Self::Other,
        }
    }

    /// Of what grows by steps, or up to a point.
    fn uneven(self) -> Self {
        if self == Self::None { Self::None } else { Self::Other }
    }
}

fn degree(formula: &[Operation]) -> Degree {
    let mut degrees: Vec<Degree> = Vec::with_capacity(formula.len());
    for operation in formula {
        let at = |place: usize| degrees.get(place).copied().unwrap_or(Degree::Other);
        degrees.push(match *operation {
            Operation::Setting(_) => Degree::One,
            Operation::Number(_) => Degree::None,
            Operation::Product(first, second) => at(first).times(at(second)),
            Operation::Sum(first, second) => at(first).max(at(second)),
            Operation::Max(first, second)
            | Operation::Min(first, second)
            | Operation::Difference(first, second)
            | Operation::Quotient(first, second) => at(first).max(at(second)).uneven(),
            Operation::NextPowerOfTwo(value) => at(value).uneven(),
        });
    }
    degrees.last().copied().unwrap_or(Degree::None)
}

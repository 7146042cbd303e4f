//! What a formula can be where a setting may have any of many values: at least, at most, and which way it goes.

use super::operations::Value;
use crate::expr::arithmetic::{greater, lesser};

/// How something changes when a setting gets greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    None,
    Grow,
    Shrink,
    Either,
}

impl Direction {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, one) | (one, Self::None) => one,
            (one, other) if one == other => one,
            _ => Self::Either,
        }
    }

    /// Of what is looked at from the other end.
    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Grow => Self::Shrink,
            Self::Shrink => Self::Grow,
            other => other,
        }
    }
}

/// From the least to the greatest. Each leaf of a formula is taken by itself, so where a setting stands in several places it may be
/// wider than the truth, but never narrower; and where the direction is not `Either`, that is true.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) least: Option<usize>,
    pub(super) greatest: Option<usize>,
    pub(super) direction: Direction,
}

impl Range {
    /// All values of a setting from one to another.
    pub(super) fn of_setting(least: usize, greatest: Option<usize>) -> Self {
        Self::new(Some(least), greatest, Direction::Grow)
    }

    fn new(least: Option<usize>, greatest: Option<usize>, direction: Direction) -> Self {
        // What can be one number only does not change.
        let direction = if least == greatest { Direction::None } else { direction };
        Self { least, greatest, direction }
    }

    /// Whether nothing in it is less than anything in `other`.
    fn is_above(self, other: Self) -> bool {
        match (self.least, other.greatest) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(least), Some(greatest)) => least >= greatest,
        }
    }
}

impl Value for Range {
    fn exactly(value: Option<usize>) -> Self {
        Self { least: value, greatest: value, direction: Direction::None }
    }

    fn growing(self, other: Self, function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>) -> Self {
        let direction = self.direction.and(other.direction);
        Self::new(function(self.least, other.least), function(self.greatest, other.greatest), direction)
    }

    fn shrinking(
        self,
        other: Self,
        function: impl Fn(Option<usize>, Option<usize>) -> Option<usize>,
    ) -> Self {
        let direction = self.direction.and(other.direction.reversed());
        Self::new(function(self.least, other.greatest), function(self.greatest, other.least), direction)
    }

    fn greater(self, other: Self) -> Self {
        if self.is_above(other) {
            self
        } else if other.is_above(self) {
            other
        } else {
            self.growing(other, greater)
        }
    }

    fn lesser(self, other: Self) -> Self {
        if self.is_above(other) {
            other
        } else if other.is_above(self) {
            self
        } else {
            self.growing(other, lesser)
        }
    }
}

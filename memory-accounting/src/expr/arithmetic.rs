//! Arithmetic of the natural numbers and, above them all, unbounded, which is `None`.
//!
//! Each result grows with each operand, save for what is subtracted and what is divided by, with which it shrinks: the range of an
//! expression follows from the ranges of its leaves.

type Number = Option<usize>;

pub(crate) fn checked_sum(a: Number, b: Number) -> Number {
    a?.checked_add(b?)
}

pub(crate) fn checked_product(a: Number, b: Number) -> Number {
    if a == Some(0) || b == Some(0) { Some(0) } else { a?.checked_mul(b?) }
}

pub(crate) fn greater(a: Number, b: Number) -> Number {
    Some(a?.max(b?))
}

pub(crate) fn lesser(a: Number, b: Number) -> Number {
    a.zip(b).map(|(a, b)| a.min(b)).or(a).or(b)
}

/// Never below zero.
pub(crate) fn difference(minuend: Number, subtrahend: Number) -> Number {
    let minuend = minuend?;
    Some(subtrahend.map_or(0, |subtrahend| minuend.saturating_sub(subtrahend)))
}

/// Rounds up; a divisor of zero counts as one.
pub(crate) fn quotient(dividend: Number, divisor: Number) -> Number {
    let dividend = dividend?;
    Some(divisor.map_or(dividend.min(1), |divisor| dividend.div_ceil(divisor.max(1))))
}

/// 0 for 0.
pub(crate) fn next_power_of_two(value: Number) -> Number {
    match value? {
        0 => Some(0),
        value => value.checked_next_power_of_two(),
    }
}

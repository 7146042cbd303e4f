//! The explanation as an operator reads it.

use std::fmt;

use super::{
    ComponentShare, Explanation, FittingPart, LargestThatFits, LeastThatFits, SettingShare, SettingValue,
};
use crate::bytes::Bytes;
use crate::expr::{Escaped, Grouped};

/// How many components and settings are printed.
const PRINTED: usize = 5;

/// How many settings are printed that have to be changed together. Each is needed, so the others are said in another way.
const PRINTED_TOGETHER: usize = 20;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit_bytes, firm_limit_bytes, components, settings, fitting_together, fitting_part } =
            self;
        let (limit, firm_limit) = (Bytes(*limit_bytes), Size::of(*firm_limit_bytes));
        if firm_limit_bytes.is_some_and(|firm_limit| firm_limit <= *limit_bytes) {
            return write!(f, "{firm_limit} of {limit} are declared, which fits");
        }
        write_what_is_declared(f, *firm_limit_bytes, *limit_bytes)?;
        if !components.is_empty() {
            write!(f, "\nbiggest components:")?;
        }
        for ComponentShare { name, firm_limit_bytes } in components.iter().take(PRINTED) {
            write!(f, "\n  {name}: {}", Size::of(*firm_limit_bytes))?;
        }
        if !settings.is_empty() {
            write!(f, "\nbiggest settings:")?;
        }
        // One that is enough is worth more than the biggest.
        let (biggest, others) = settings.split_at_checked(PRINTED).unwrap_or((settings, &[]));
        let is_enough = |share: &&SettingShare| share.is_enough();
        let enough = others.iter().find(is_enough).filter(|_| !biggest.iter().any(SettingShare::is_enough));
        for share in biggest.iter().chain(enough) {
            write!(f, "\n  ")?;
            write_setting(f, share)?;
        }
        write_together(f, fitting_together, *fitting_part)
    }
}

fn write_what_is_declared(
    f: &mut fmt::Formatter<'_>,
    firm_limit_bytes: Option<usize>,
    limit_bytes: usize,
) -> fmt::Result {
    let (firm_limit, limit) = (Size::of(firm_limit_bytes).to_string(), Bytes(limit_bytes).to_string());
    match firm_limit_bytes {
        // Rounded, one would be as much as the other.
        Some(bytes) if firm_limit == limit => write!(
            f,
            "{} bytes are declared, but the limit leaves only {} bytes for that",
            Grouped(bytes),
            Grouped(limit_bytes)
        ),
        _ => write!(f, "{firm_limit} are declared, but the limit leaves only {limit} for that"),
    }
}

fn write_together(
    f: &mut fmt::Formatter<'_>,
    together: &[SettingValue],
    part: Option<FittingPart>,
) -> fmt::Result {
    if !together.is_empty() {
        write!(f, "\nno single one of them is enough; together these fit:")?;
    }
    for SettingValue { component, key, value, .. } in together.iter().take(PRINTED_TOGETHER) {
        write!(f, "\n  {} = {value} in {component}", Escaped(key))?;
    }
    let more = together.len().saturating_sub(PRINTED_TOGETHER);
    match part {
        Some(FittingPart { numerator, whole }) if more > 0 => write!(
            f,
            "\n  and {more} more, without which it does not fit: each setting at {numerator}/{whole} of its value, rounded down, but not below 1"
        ),
        _ => Ok(()),
    }
}

fn write_setting(f: &mut fmt::Formatter<'_>, share: &SettingShare) -> fmt::Result {
    let SettingShare { component, key, value, bytes, growth_bytes, shrink_bytes, .. } = share;
    let key = Escaped(key);
    match value {
        Some(value) => write!(f, "{key} = {value} in {component}: ")?,
        None => write!(f, "{key} is not limited in {component}: ")?,
    }
    match (bytes, growth_bytes) {
        (Some(0), Some(0)) => write!(f, "{}, ", Size::of(*shrink_bytes))?,
        (Some(0), growth_bytes) => write!(f, "{} more if doubled, ", Size::of(*growth_bytes))?,
        (bytes, _) => write!(f, "{}, ", Size::of(*bytes))?,
    }
    match (share.least_that_fits, share.every_greater_fits) {
        (LeastThatFits::None, _) => {}
        (LeastThatFits::AtLeast(least), true) => return write!(f, "would fit with at least {least}"),
        (LeastThatFits::AtLeast(least), false) => {
            return write!(f, "would fit with {least}, but not with every greater value");
        }
        (LeastThatFits::Unknown, _) => return f.write_str(NOT_ALL_TRIED),
    }
    match share.largest_that_fits {
        LargestThatFits::AtMost(largest) => match (share.no_greater_fits, share.every_smaller_fits) {
            (true, true) => write!(f, "would fit with at most {largest}"),
            (true, false) => write!(f, "would fit with {largest}, but not with every smaller value"),
            (false, true) => write!(f, "would fit with {largest}, perhaps also with a greater value"),
            (false, false) => write!(f, "would fit with {largest}, perhaps also with another value"),
        },
        LargestThatFits::None if share.range.least_above_zero() > 1 => {
            write!(f, "no value it takes fits ({})", share.range)
        }
        LargestThatFits::None => write!(f, "no value above 0 fits"),
        LargestThatFits::Unlimited => write!(f, "fits without a limit"),
        LargestThatFits::Unknown => f.write_str(NOT_ALL_TRIED),
    }
}

const NOT_ALL_TRIED: &str = "no value that fits was found, though not all were tried";

/// A number of bytes, in the order of size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Size {
    Bytes(usize),
    Unbounded,
}

impl Size {
    pub(super) fn of(bytes: Option<usize>) -> Self {
        bytes.map_or(Self::Unbounded, Self::Bytes)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => Bytes(*bytes).fmt(f),
            Self::Unbounded => f.write_str("more bytes than can be counted"),
        }
    }
}

//! The explanation as an operator reads it.

use std::fmt;

use super::{ComponentShare, Explanation, LargestThatFits, SettingShare, SettingValue};
use crate::bytes::Bytes;
use crate::expr::Escaped;

/// How many components and settings are printed.
const PRINTED: usize = 5;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit_bytes, firm_limit_bytes, components, settings, fitting_together } = self;
        let (limit, firm_limit) = (Bytes(*limit_bytes), Size::of(*firm_limit_bytes));
        if firm_limit_bytes.is_some_and(|firm_limit| firm_limit <= *limit_bytes) {
            return write!(f, "{firm_limit} of {limit} are declared, which fits");
        }
        write!(f, "{firm_limit} are declared, but the limit is {limit}")?;
        if !components.is_empty() {
            write!(f, "\nbiggest components:")?;
        }
        for ComponentShare { name, firm_limit_bytes } in components.iter().take(PRINTED) {
            write!(f, "\n  {name}: {}", Size::of(*firm_limit_bytes))?;
        }
        if !settings.is_empty() {
            write!(f, "\nbiggest settings:")?;
        }
        for share in settings.iter().take(PRINTED) {
            write!(f, "\n  ")?;
            write_setting(f, share)?;
        }
        if !fitting_together.is_empty() {
            write!(f, "\nno single one of them is enough; together these fit:")?;
        }
        for SettingValue { component, key, value } in fitting_together.iter().take(PRINTED) {
            write!(f, "\n  {} = {value} in {component}", Escaped(key))?;
        }
        let more = fitting_together.len().saturating_sub(PRINTED);
        if more > 0 {
            write!(f, "\n  and {more} more, each at the same part of its value")?;
        }
        Ok(())
    }
}

fn write_setting(f: &mut fmt::Formatter<'_>, share: &SettingShare) -> fmt::Result {
    let SettingShare { component, key, value, bytes, growth_bytes, .. } = share;
    let key = Escaped(key);
    match value {
        Some(value) => write!(f, "{key} = {value} in {component}: ")?,
        None => write!(f, "{key} is not limited in {component}: ")?,
    }
    match bytes {
        Some(0) => write!(f, "{} more if doubled, ", Size::of(*growth_bytes))?,
        bytes => write!(f, "{}, ", Size::of(*bytes))?,
    }
    match share.largest_that_fits {
        LargestThatFits::AtMost(largest) => match (share.no_greater_fits, share.every_smaller_fits) {
            (true, true) => write!(f, "would fit with at most {largest}"),
            (true, false) => write!(f, "would fit with {largest}, but not with every smaller value"),
            (false, true) => write!(f, "would fit with {largest}, perhaps also with a greater value"),
            (false, false) => write!(f, "would fit with {largest}, perhaps also with another value"),
        },
        LargestThatFits::None => write!(f, "no value above 0 fits"),
        LargestThatFits::Unlimited => write!(f, "fits without a limit"),
        LargestThatFits::Unknown => write!(f, "no value that fits was found, though not all were tried"),
    }
}

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

//! What a setting counts.

use std::fmt;

use serde::Serialize;

use crate::bytes::Bytes;
use crate::expr::UsageExpr;

/// What the value of a setting counts, as far as that follows from its key and from how it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SettingUnit {
    /// Bytes: its key ends so, or it stands where an entry's bytes do.
    Bytes,
    /// So many bytes each, such as 1024 where the file has KiB: it is multiplied by that, as [`ConfigValue::config_unit`](crate::ConfigValue::config_unit) is.
    BytesEach(usize),
    /// Things: it multiplies the size of one.
    Count,
}

/// What sizes are written in beside bytes.
const UNITS: [(u64, &str); 8] = [
    (1 << 10, "KiB"),
    (1 << 20, "MiB"),
    (1 << 30, "GiB"),
    (1 << 40, "TiB"),
    (1000, "kB"),
    (1_000_000, "MB"),
    (1_000_000_000, "GB"),
    (1_000_000_000_000, "TB"),
];

/// How a unit of so many bytes is called.
fn name_of_unit(bytes: usize) -> Option<&'static str> {
    UNITS.iter().find(|(unit, _)| *unit == bytes as u64).map(|(_, name)| *name)
}

impl fmt::Display for SettingUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes => f.write_str("bytes"),
            Self::BytesEach(bytes) => match name_of_unit(*bytes) {
                Some(name) => f.write_str(name),
                None => write!(f, "units of {}", Bytes(*bytes)),
            },
            Self::Count => f.write_str("count"),
        }
    }
}

/// What the setting of this key counts, which was found to count each of `units` somewhere; `None` where that is not known, or is one thing
/// here and another there.
pub(super) fn unit_of(key: &str, units: &[SettingUnit]) -> Option<SettingUnit> {
    match units {
        [unit @ SettingUnit::BytesEach(_)] => Some(*unit),
        // An operator has been told so.
        _ if key.ends_with("bytes") => Some(SettingUnit::Bytes),
        [unit] => Some(*unit),
        _ => None,
    }
}

/// Calls `visit` with the key and value of every setting in `expr`, which is in `unit`, and with what the setting counts there.
pub(super) fn visit_units<'a>(
    expr: &'a UsageExpr,
    unit: Option<SettingUnit>,
    visit: &mut impl FnMut(&'a str, Option<usize>, Option<SettingUnit>),
) {
    match expr {
        UsageExpr::Config { name, value } => visit(name, Some(*value), unit),
        UsageExpr::Unlimited { name } => visit(name, None, unit),
        UsageExpr::StructSize { .. } | UsageExpr::Constant { .. } => {}
        UsageExpr::Sum { values } | UsageExpr::Max { values } | UsageExpr::Min { values } => {
            for value in values {
                visit_units(value, unit, visit);
            }
        }
        UsageExpr::Product { values } => {
            let of_first = unit_of_setting_in(values).filter(|_| unit != Some(SettingUnit::Count));
            if let (Some(of_first), [setting, _]) = (of_first, &values[..]) {
                return visit_units(setting, Some(of_first), visit);
            }
            for (index, value) in values.iter().enumerate() {
                visit_units(value, unit.and_then(|unit| unit_of_factor(unit, values, index)), visit);
            }
        }
        UsageExpr::Difference { minuend, subtrahend } => {
            visit_units(minuend, unit, visit);
            visit_units(subtrahend, unit, visit);
        }
        UsageExpr::Quotient { dividend, divisor } => {
            visit_units(dividend, unit, visit);
            visit_units(divisor, None, visit);
        }
        UsageExpr::NextPowerOfTwo { value } => visit_units(value, unit, visit),
    }
}

/// The unit of the setting in a product of it and a number without a name, where that number is what sizes are written in: how a setting is declared whose
/// file has KiB.
fn unit_of_setting_in(factors: &[UsageExpr]) -> Option<SettingUnit> {
    match factors {
        [UsageExpr::Config { .. } | UsageExpr::Unlimited { .. }, UsageExpr::Constant { name, value }]
            if name.is_empty() =>
        {
            name_of_unit(*value).map(|_| SettingUnit::BytesEach(*value))
        }
        _ => None,
    }
}

/// The unit of one of the factors of a product in `unit`: where one of them alone has a size in it, that one is the bytes and the others
/// count. Of bytes, where the size is 1.
fn unit_of_factor(unit: SettingUnit, factors: &[UsageExpr], index: usize) -> Option<SettingUnit> {
    if unit == SettingUnit::Count || factors.len() == 1 {
        return Some(unit);
    }
    let mut sizes = factors.iter().enumerate().filter(|(_, factor)| factor.has_size());
    let (at, size) = sizes.next()?;
    if sizes.next().is_some() {
        return None;
    }
    let is_one_byte = matches!(size, UsageExpr::StructSize { value: 1, .. });
    Some(if at == index || is_one_byte { SettingUnit::Bytes } else { SettingUnit::Count })
}

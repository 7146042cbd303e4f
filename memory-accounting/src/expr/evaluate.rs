//! What a tree evaluates to.

use super::UsageExpr;

impl UsageExpr {
    /// The number of bytes this tree stands for; `usize::MAX` when any part of it overflows.
    pub fn evaluate(&self) -> usize {
        self.checked_evaluate().unwrap_or(usize::MAX)
    }

    /// The number of bytes this tree stands for, or `None` when any part of it overflows.
    pub fn checked_evaluate(&self) -> Option<usize> {
        self.evaluate_with(&|_, value| value)
    }

    /// The number of bytes this tree would stand for if each setting had the value that `setting(name,
    /// current value)` returns, or `None` when any part of it overflows.
    ///
    /// ```
    /// use memory_accounting::UsageExpr;
    ///
    /// let expr = UsageExpr::product("", UsageExpr::constant("", 64), UsageExpr::config("capacity", 1000));
    /// let halved = expr.evaluate_with(&|name, value| if name == "capacity" { value / 2 } else { value });
    /// assert_eq!(halved, Some(32_000));
    /// ```
    pub fn evaluate_with(&self, setting: &dyn Fn(&str, usize) -> usize) -> Option<usize> {
        match self {
            Self::Config { name, value } => Some(setting(name, *value)),
            Self::StructSize { value, .. } | Self::Constant { value, .. } => Some(*value),
            Self::Product { values } => fold(values, setting, Some(1), usize::checked_mul),
            Self::Sum { values } => fold(values, setting, Some(0), usize::checked_add),
            Self::Max { values } => fold(values, setting, None, |a, b| Some(a.max(b))),
            Self::Min { values } => fold(values, setting, None, |a, b| Some(a.min(b))),
            Self::Difference { minuend, subtrahend } => {
                let minuend = minuend.evaluate_with(setting)?;
                Some(minuend.saturating_sub(subtrahend.evaluate_with(setting)?))
            }
            Self::Quotient { dividend, divisor } => {
                let dividend = dividend.evaluate_with(setting)?;
                Some(dividend.div_ceil(divisor.evaluate_with(setting)?.max(1)))
            }
            Self::NextPowerOfTwo { value } => match value.evaluate_with(setting)? {
                0 => Some(0),
                value => value.checked_next_power_of_two(),
            },
        }
    }
}

/// Combines the values from left to right, beginning with `start` or else the first of them. Every value is
/// evaluated, so that an overflow anywhere is seen.
fn fold(
    values: &[UsageExpr],
    setting: &dyn Fn(&str, usize) -> usize,
    start: Option<usize>,
    combine: impl Fn(usize, usize) -> Option<usize>,
) -> Option<usize> {
    let mut result = start;
    for value in values {
        let value = value.evaluate_with(setting)?;
        result = Some(match result {
            Some(before) => combine(before, value)?,
            None => value,
        });
    }
    Some(result.unwrap_or(0))
}

//! What a tree evaluates to.

use super::UsageExpr;

impl UsageExpr {
    /// The number of bytes this tree stands for; `usize::MAX` where it is unbounded.
    pub fn evaluate(&self) -> usize {
        self.checked_evaluate().unwrap_or(usize::MAX)
    }

    /// The number of bytes this tree stands for, or `None` where it is [unbounded](UsageExpr#unbounded).
    pub fn checked_evaluate(&self) -> Option<usize> {
        self.evaluate_with(&|_, value| value)
    }

    /// The number of bytes this tree would stand for if each setting had the value that `setting(name,
    /// current value)` returns, or `None` where it is unbounded. A value of `None` is that of a setting that is not limited.
    ///
    /// ```
    /// use memory_accounting::UsageExpr;
    ///
    /// let expr = UsageExpr::product("", UsageExpr::constant("", 64), UsageExpr::unlimited("capacity"));
    /// let limited = expr.evaluate_with(&|name, value| if name == "capacity" { Some(500) } else { value });
    /// assert_eq!(limited, Some(32_000));
    /// ```
    pub fn evaluate_with(&self, setting: &dyn Fn(&str, Option<usize>) -> Option<usize>) -> Option<usize> {
        let value_of = |operand: &Self| operand.evaluate_with(setting);
        match self {
            Self::Config { name, value } => setting(name, Some(*value)),
            Self::Unlimited { name } => setting(name, None),
            Self::StructSize { value, .. } | Self::Constant { value, .. } => Some(*value),
            Self::Product { values } => values.iter().map(value_of).fold(Some(1), checked_product),
            Self::Sum { values } => {
                values.iter().map(value_of).try_fold(0_usize, |sum, value| sum.checked_add(value?))
            }
            Self::Max { values } => {
                values.iter().map(value_of).try_fold(0, |greatest, value| Some(greatest.max(value?)))
            }
            Self::Min { values } => values.iter().map(value_of).reduce(lesser).unwrap_or(Some(0)),
            Self::Difference { minuend, subtrahend } => {
                let minuend = value_of(minuend)?;
                Some(value_of(subtrahend).map_or(0, |subtrahend| minuend.saturating_sub(subtrahend)))
            }
            Self::Quotient { dividend, divisor } => {
                let dividend = value_of(dividend)?;
                Some(value_of(divisor).map_or(dividend.min(1), |divisor| dividend.div_ceil(divisor.max(1))))
            }
            Self::NextPowerOfTwo { value } => match value_of(value)? {
                0 => Some(0),
                value => value.checked_next_power_of_two(),
            },
        }
    }
}

/// The product of two numbers, where `None` is unbounded.
pub(crate) fn checked_product(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    if a == Some(0) || b == Some(0) { Some(0) } else { a?.checked_mul(b?) }
}

fn lesser(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.zip(b).map(|(a, b)| a.min(b)).or(a).or(b)
}

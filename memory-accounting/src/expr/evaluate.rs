//! What a tree evaluates to.

use super::UsageExpr;
use super::arithmetic::{
    checked_product, checked_sum, difference, greater, lesser, next_power_of_two, quotient,
};

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
            Self::Sum { values } => values.iter().map(value_of).fold(Some(0), checked_sum),
            Self::Max { values } => values.iter().map(value_of).fold(Some(0), greater),
            Self::Min { values } => values.iter().map(value_of).reduce(lesser).unwrap_or(Some(0)),
            Self::Difference { minuend, subtrahend } => difference(value_of(minuend), value_of(subtrahend)),
            Self::Quotient { dividend, divisor } => quotient(value_of(dividend), value_of(divisor)),
            Self::NextPowerOfTwo { value } => next_power_of_two(value_of(value)),
        }
    }
}

//! Size expressions: bytes as a tree that keeps the names it was computed from.

pub(crate) mod arithmetic;
mod display;
mod escaped;
mod evaluate;
mod leaves;
mod setting_range;

pub(crate) use self::display::Grouped;
pub(crate) use self::escaped::{Escaped, is_hidden, write_escape};
use serde::{Deserialize, Serialize};

pub(crate) use self::leaves::Leaf;
pub use self::setting_range::SettingRange;

/// A tree that computes a number of bytes and keeps the names of what it was computed from.
///
/// A plain number says how much a component may use; a `UsageExpr` also says *why*: which setting it came
/// from and how big one item is. So it can be printed as arithmetic, sent as JSON, and evaluated again
/// with another value of a setting ([`evaluate_with`](Self::evaluate_with)).
///
/// # Unbounded
///
/// The arithmetic is that of the natural numbers with one more value above all of them: *unbounded*. It is what a setting
/// without a limit has ([`Unlimited`](Self::Unlimited)) and what overflows `usize`.
///
/// - 0 times unbounded is 0.
/// - The lesser of a number and unbounded is the number.
/// - A number less unbounded is 0; a number by unbounded is 1, as quotients round up, or 0 for 0.
/// - Everything else that is computed from unbounded is unbounded.
///
/// [`evaluate`](Self::evaluate) then gives `usize::MAX` and [`checked_evaluate`](Self::checked_evaluate) `None`, and verification
/// refuses the component, naming the setting that is not limited or the entry that overflows.
///
/// # JSON
///
/// Internally tagged by `type`, for example `{"type":"Config","name":"capacity","value":128}`.
///
/// ```
/// use memory_accounting::UsageExpr;
///
/// let expr = UsageExpr::product(
///     "buffer",
///     UsageExpr::struct_size::<u64>("buffer"),
///     UsageExpr::config("capacity", 128),
/// );
/// assert_eq!(expr.evaluate(), 1024);
/// assert_eq!(expr.to_string(), "size(buffer)=8 * capacity=128");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
#[non_exhaustive]
pub enum UsageExpr {
    /// The value of an operator's setting.
    Config {
        /// The key of the setting, as the operator writes it.
        name: String,
        /// The value it has, in the unit the setting has (items or bytes).
        value: usize,
    },
    /// The size of a type.
    StructSize {
        /// What is stored: a field, or the type itself.
        name: String,
        /// The size in bytes.
        value: usize,
    },
    /// A number no operator can change.
    Constant {
        /// The name of the constant; empty for a bare number.
        name: String,
        /// The number.
        value: usize,
    },
    /// The value of an operator's setting that is not limited.
    Unlimited {
        /// The key of the setting, as the operator writes it; empty where no setting is to blame.
        name: String,
    },
    /// All values multiplied; 1 when there are none.
    Product {
        /// The factors.
        values: Vec<UsageExpr>,
    },
    /// All values added; 0 when there are none.
    Sum {
        /// The summands.
        values: Vec<UsageExpr>,
    },
    /// The greatest of the values; 0 when there are none.
    Max {
        /// What is compared.
        values: Vec<UsageExpr>,
    },
    /// The least of the values; 0 when there are none.
    Min {
        /// What is compared.
        values: Vec<UsageExpr>,
    },
    /// `minuend - subtrahend`, but never below zero.
    Difference {
        /// What is subtracted from.
        minuend: Box<UsageExpr>,
        /// What is subtracted.
        subtrahend: Box<UsageExpr>,
    },
    /// `dividend / divisor`, rounded up; a divisor of zero counts as one.
    Quotient {
        /// What is divided.
        dividend: Box<UsageExpr>,
        /// What it is divided by.
        divisor: Box<UsageExpr>,
    },
    /// The smallest power of two that is not less than the value; 0 for 0.
    NextPowerOfTwo {
        /// What is rounded up.
        value: Box<UsageExpr>,
    },
}

impl UsageExpr {
    /// The value of an operator's setting called `name`.
    pub fn config(name: impl Into<String>, value: usize) -> Self {
        Self::Config { name: name.into(), value }
    }

    /// The value of an operator's setting called `name` that is not limited.
    pub fn unlimited(name: impl Into<String>) -> Self {
        Self::Unlimited { name: name.into() }
    }

    /// A number that no setting changes. An empty `name` makes it a bare number.
    pub fn constant(name: impl Into<String>, value: usize) -> Self {
        Self::Constant { name: name.into(), value }
    }

    /// The size of `T` in bytes, as `size_of` gives it.
    pub fn struct_size<T>(name: impl Into<String>) -> Self {
        Self::StructSize { name: name.into(), value: size_of::<T>() }
    }

    /// `lhs * rhs`. The name is for the reader of the calling code; the tree does not keep it.
    pub fn product(_name: impl Into<String>, lhs: Self, rhs: Self) -> Self {
        Self::Product { values: vec![lhs, rhs] }
    }

    /// `lhs + rhs`. The name is for the reader of the calling code; the tree does not keep it.
    pub fn sum(_name: impl Into<String>, lhs: Self, rhs: Self) -> Self {
        Self::Sum { values: vec![lhs, rhs] }
    }

    /// The greater of two values.
    pub fn max(lhs: Self, rhs: Self) -> Self {
        Self::Max { values: vec![lhs, rhs] }
    }

    /// The lesser of two values.
    pub fn min(lhs: Self, rhs: Self) -> Self {
        Self::Min { values: vec![lhs, rhs] }
    }

    /// `minuend - subtrahend`, but never below zero.
    pub fn difference(minuend: Self, subtrahend: Self) -> Self {
        Self::Difference { minuend: Box::new(minuend), subtrahend: Box::new(subtrahend) }
    }

    /// `dividend / divisor`, rounded up; a divisor of zero counts as one.
    pub fn quotient(dividend: Self, divisor: Self) -> Self {
        Self::Quotient { dividend: Box::new(dividend), divisor: Box::new(divisor) }
    }

    /// The smallest power of two that is not less than `value`; 0 for 0.
    pub fn next_power_of_two(value: Self) -> Self {
        Self::NextPowerOfTwo { value: Box::new(value) }
    }

    /// A bare number, for the arithmetic of container rules.
    pub(crate) fn number(value: usize) -> Self {
        Self::constant("", value)
    }

    /// This expression, `times` times over. A product takes the factor in, so that no level is added.
    pub(crate) fn times(self, times: &Self) -> Self {
        let mut values = match self {
            Self::Product { values } => values,
            other => vec![other],
        };
        values.push(times.clone());
        Self::Product { values }
    }

    /// The direct operands, in the order they are written.
    fn operands(&self) -> Vec<&Self> {
        match self {
            Self::Config { .. }
            | Self::StructSize { .. }
            | Self::Constant { .. }
            | Self::Unlimited { .. } => Vec::new(),
            Self::Product { values } | Self::Sum { values } | Self::Max { values } | Self::Min { values } => {
                values.iter().collect()
            }
            Self::Difference { minuend, subtrahend } => vec![minuend, subtrahend],
            Self::Quotient { dividend, divisor } => vec![dividend, divisor],
            Self::NextPowerOfTwo { value } => vec![value],
        }
    }

    /// The name of what is stored, or of what the tree is where that is one leaf.
    pub(crate) fn name_of_what_is_stored(&self) -> Option<&str> {
        match self {
            Self::Config { name, .. } | Self::Constant { name, .. } | Self::Unlimited { name } => {
                Some(name.as_str()).filter(|name| !name.is_empty())
            }
            _ => self.name_of_a_size(),
        }
    }

    fn name_of_a_size(&self) -> Option<&str> {
        match self {
            Self::StructSize { name, .. } => Some(name.as_str()).filter(|name| !name.is_empty()),
            _ => self.operands().into_iter().find_map(Self::name_of_a_size),
        }
    }

    /// Whether the size of a type is in it.
    pub(crate) fn has_size(&self) -> bool {
        matches!(self, Self::StructSize { .. }) || self.operands().into_iter().any(Self::has_size)
    }

    /// Whether the buckets of a hash table are in it: a power of two, of which an eighth stays free. Rings round up to one too, but
    /// leave nothing free.
    pub(crate) fn has_buckets(&self) -> bool {
        let is_buckets = match self {
            Self::NextPowerOfTwo { value } => {
                matches!(&**value, Self::Quotient { divisor, .. } if matches!(**divisor, Self::Constant { value: 7, .. }))
            }
            _ => false,
        };
        is_buckets || self.operands().into_iter().any(Self::has_buckets)
    }

    /// The constant in it that is called `wanted`.
    pub(crate) fn constant_named(&self, wanted: &str) -> Option<usize> {
        match self {
            Self::Constant { name, value } => (name == wanted).then_some(*value),
            _ => self.operands().into_iter().find_map(|operand| operand.constant_named(wanted)),
        }
    }

    /// Whether a leaf of this tree is called `name`.
    pub(crate) fn has_leaf_named(&self, wanted: &str) -> bool {
        match self {
            Self::Config { name, .. }
            | Self::StructSize { name, .. }
            | Self::Constant { name, .. }
            | Self::Unlimited { name } => name == wanted,
            _ => self.operands().into_iter().any(|operand| operand.has_leaf_named(wanted)),
        }
    }

    /// Calls `visit` with the name of everything stored in this tree that has one, and with the size of one of it.
    pub(crate) fn visit_sizes(&self, visit: &mut impl FnMut(&str, usize)) {
        match self {
            Self::StructSize { name, value } if !name.is_empty() => visit(name, *value),
            _ => self.operands().into_iter().for_each(|operand| operand.visit_sizes(visit)),
        }
    }

    /// Calls `visit` with the name and value of every setting in this tree, from left to right, with `None` for one that is
    /// not limited; a setting that is named twice is visited twice.
    pub fn visit_settings<'a>(&'a self, visit: &mut impl FnMut(&'a str, Option<usize>)) {
        match self {
            Self::Config { name, value } => visit(name, Some(*value)),
            Self::Unlimited { name } => visit(name, None),
            _ => self.operands().into_iter().for_each(|operand| operand.visit_settings(visit)),
        }
    }
}

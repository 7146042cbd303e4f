//! Other names for the leaves of a tree.

use super::UsageExpr;

/// What a leaf is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// An operator's setting.
    Setting,
    /// A size, or a number that no operator sets.
    Fact,
}

impl UsageExpr {
    /// Calls `rename` with the name of every leaf, which it may change.
    pub(crate) fn rename_leaves(&mut self, rename: &mut dyn FnMut(Leaf, &mut String)) {
        match self {
            Self::Config { name, .. } | Self::Unlimited { name } => rename(Leaf::Setting, name),
            Self::StructSize { name, .. } | Self::Constant { name, .. } => rename(Leaf::Fact, name),
            Self::Product { values } | Self::Sum { values } | Self::Max { values } | Self::Min { values } => {
                for value in values {
                    value.rename_leaves(rename);
                }
            }
            Self::Difference { minuend: left, subtrahend: right }
            | Self::Quotient { dividend: left, divisor: right } => {
                left.rename_leaves(rename);
                right.rename_leaves(rename);
            }
            Self::NextPowerOfTwo { value } => value.rename_leaves(rename),
        }
    }
}

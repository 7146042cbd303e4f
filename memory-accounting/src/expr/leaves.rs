//! Other names and values for the leaves of a tree.

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
        self.change_leaves(&mut |leaf| match leaf {
            Self::Config { name, .. } | Self::Unlimited { name } => rename(Leaf::Setting, name),
            Self::StructSize { name, .. } | Self::Constant { name, .. } => rename(Leaf::Fact, name),
            _ => {}
        });
    }

    /// Gives every setting the value that `setting(name, current value)` returns, where `None` is that of one that is not limited.
    pub(crate) fn change_settings(&mut self, setting: &mut dyn FnMut(&str, Option<usize>) -> Option<usize>) {
        self.change_leaves(&mut |leaf| {
            let (name, present) = match leaf {
                Self::Config { name, value } => (name, Some(*value)),
                Self::Unlimited { name } => (name, None),
                _ => return,
            };
            let value = setting(name, present);
            if value != present {
                let name = std::mem::take(name);
                *leaf = match value {
                    Some(value) => Self::Config { name, value },
                    None => Self::Unlimited { name },
                };
            }
        });
    }

    /// Calls `change` with every leaf, from left to right.
    fn change_leaves(&mut self, change: &mut dyn FnMut(&mut Self)) {
        match self {
            Self::Config { .. }
            | Self::Unlimited { .. }
            | Self::StructSize { .. }
            | Self::Constant { .. } => change(self),
            Self::Product { values } | Self::Sum { values } | Self::Max { values } | Self::Min { values } => {
                for value in values {
                    value.change_leaves(change);
                }
            }
            Self::Difference { minuend: left, subtrahend: right }
            | Self::Quotient { dividend: left, divisor: right } => {
                left.change_leaves(change);
                right.change_leaves(change);
            }
            Self::NextPowerOfTwo { value } => value.change_leaves(change),
        }
    }
}

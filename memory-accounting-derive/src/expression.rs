//! Size expressions as they are written in an attribute.

mod tree;
mod parse;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod obeyed;

pub(crate) use self::parse::parse_expression;
pub(crate) use self::tree::{Expression, Operator, Place, Segment};

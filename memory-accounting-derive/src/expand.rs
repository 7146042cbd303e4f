//! From the checked model to code. Cannot fail.

mod runtime;
mod tree;
mod step;
mod heap;
mod implementation;
mod stub;

pub(crate) use self::implementation::expand;
pub(crate) use self::stub::stub;

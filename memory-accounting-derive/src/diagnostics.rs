//! What a mistake says, and how mistakes are collected.

mod errors;
mod likely;

pub(crate) use self::errors::Errors;
pub(crate) use self::likely::likely;

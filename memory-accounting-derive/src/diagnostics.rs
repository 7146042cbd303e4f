//! What a mistake says, and how mistakes are collected.

mod errors;
mod likely;
mod renamed;

pub(crate) use self::errors::Errors;
pub(crate) use self::likely::likely;
pub(crate) use self::renamed::{name_of_the_runtime, renamed_crate};

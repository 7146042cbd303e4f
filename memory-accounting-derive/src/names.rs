//! Under which config key an operator knows a field.

mod case;
mod place;
mod serde;

pub(crate) use self::case::RenameRule;
pub(crate) use self::place::{Known, OF_THE_HOLDER, Place};
pub(crate) use self::serde::SerdeNames;

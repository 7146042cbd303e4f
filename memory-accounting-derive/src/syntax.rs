//! Pieces of Rust that `syn` does not read the way the attributes and the generated code need them.

mod const_defaults;
pub(crate) mod deprecation;
mod header;
pub(crate) mod nesting;
mod parenthesised;
mod paths;
mod written;

pub(crate) use self::const_defaults::without_const_defaults;
pub(crate) use self::header::{Header, unreadable};
pub(crate) use self::parenthesised::parenthesised;
pub(crate) use self::paths::{expression_path, name, whole_type};
pub(crate) use self::written::written;

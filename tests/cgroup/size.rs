//! Sizes in bytes.

use std::fmt;

pub(crate) const KIBIBYTE: usize = 1024;
pub(crate) const MEBIBYTE: usize = 1024 * KIBIBYTE;

/// Bytes, shown as mebibytes.
pub(crate) struct Mebibytes(pub(crate) usize);

impl fmt::Display for Mebibytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.saturating_mul(10) / MEBIBYTE;
        write!(formatter, "{}.{} MiB", tenths / 10, tenths % 10)
    }
}

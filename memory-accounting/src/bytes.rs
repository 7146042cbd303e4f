//! Byte counts as people read them.

use std::fmt;

/// Prints a number of bytes with a binary unit, such as `1.5 MiB`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes(pub(crate) usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = u64::try_from(self.0).unwrap_or(u64::MAX);
        bytesize::ByteSize::b(bytes).display().iec().fmt(f)
    }
}

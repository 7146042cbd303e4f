//! Byte counts as people read them.

use std::fmt;

/// Prints a number of bytes with a binary unit, such as `1.5 MiB`. What the kernel counts is more than `usize` can be on some machines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<N>(pub(crate) N);

impl fmt::Display for Bytes<u64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bytesize::ByteSize::b(self.0).display().iec().fmt(f)
    }
}

impl fmt::Display for Bytes<usize> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bytes(self.0 as u64).fmt(f)
    }
}

/// Prints a number of bytes to the byte, in the greatest unit of which it is a whole number, such as `1536MiB`: for advice, which an operator
/// copies and which must be true then. [`Bytes`] rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExactBytes(pub(crate) u64);

impl fmt::Display for ExactBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(&str, u32); 4] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
        let whole = UNITS.iter().find(|(_, bits)| self.0 > 0 && self.0.trailing_zeros() >= *bits);
        match whole {
            Some((unit, bits)) => write!(f, "{}{unit}", self.0 >> bits),
            None => write!(f, "{}B", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytesize::ByteSize;

    use super::*;

    #[test]
    fn exact_bytes_are_read_as_what_they_were() {
        for (bytes, text) in
            [(0, "0B"), (1000, "1000B"), (3 << 29, "1536MiB"), (64 << 20, "64MiB"), (5 << 40, "5TiB")]
        {
            assert_eq!(ExactBytes(bytes).to_string(), text);
            assert_eq!(text.parse::<ByteSize>(), Ok(ByteSize::b(bytes)));
        }
    }
}

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

/// The bytes of a size as it is written: whole bytes, or a number with a unit, such as `1.5GiB`. What is left of a byte is cut off, and bytes themselves
/// have no parts: `1.5B` is none, and neither is `1.5`. To the byte, however many digits there are.
pub(crate) fn parse_bytes(text: &str) -> Option<u64> {
    let number_end =
        text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(number_end)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    // The unit is read by who knows all of them.
    let unit = format!("1 {}", unit.trim()).trim_end().parse::<bytesize::ByteSize>().ok()?.as_u64();
    if unit == 1 && number.contains('.') {
        return None;
    }
    let scale = 10_u128.checked_pow(u32::try_from(part.len()).ok()?)?;
    let scaled = format!("{whole}{part}").parse::<u128>().ok()?;
    let bytes = scaled.checked_mul(u128::from(unit))?.checked_div(scale)?;
    u64::try_from(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_bytes_are_read_as_what_they_were() {
        for (bytes, text) in
            [(0, "0B"), (1000, "1000B"), (3 << 29, "1536MiB"), (64 << 20, "64MiB"), (5 << 40, "5TiB")]
        {
            assert_eq!(ExactBytes(bytes).to_string(), text);
            assert_eq!(parse_bytes(text), Some(bytes));
        }
    }

    #[test]
    fn sizes_are_read_to_the_byte_or_refused() {
        for (text, bytes) in [
            ("0", 0),
            ("9007199254740993B", 9_007_199_254_740_993),
            ("18446744073709551615", u64::MAX),
            ("8388608.0009765625GiB", (1 << 53) + (1 << 20)),
            ("512Mi", 512 << 20),
            ("1.5 GiB", 3 << 29),
            (".5k", 500),
            ("0.4KiB", 409),
            ("64M", 64_000_000),
        ] {
            assert_eq!(parse_bytes(text), Some(bytes), "{text}");
        }
        for text in [
            "",
            "B",
            "MiB",
            ".",
            "0.5B",
            "1.5B",
            "1.5",
            "9007199254740993.0B",
            "1.5.2KiB",
            "-1",
            "1e3",
            "+1",
            "5x",
            "18446744073709551616",
            "16EiB",
            "1.5 KiB more",
        ] {
            assert_eq!(parse_bytes(text), None, "{text}");
        }
    }
}

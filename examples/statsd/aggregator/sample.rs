//! The beginning of a line that somebody should look at.

use std::fmt;

/// Enough to recognise who sends it.
const MOST_BYTES: usize = 80;

/// The beginning of a line, or nothing. It is kept without allocating.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    bytes: [u8; MOST_BYTES],
    /// Of the line, of which only the beginning may be here.
    length: usize,
}

impl Default for Sample {
    fn default() -> Self {
        Self { bytes: [0; MOST_BYTES], length: 0 }
    }
}

impl Sample {
    pub(crate) fn of(line: &[u8]) -> Self {
        let mut sample = Self { length: line.len(), ..Self::default() };
        sample.bytes.iter_mut().zip(line).for_each(|(kept, byte)| *kept = *byte);
        sample
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// What is no plain text is written as an escape: it comes from anybody, and goes to a terminal.
impl fmt::Display for Sample {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.bytes.get(..self.length).unwrap_or(&self.bytes);
        let rest = if self.length > MOST_BYTES { "…" } else { "" };
        write!(formatter, "{}{rest}", kept.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_and_what_is_no_text_escaped() {
        assert_eq!(Sample::of(b"a\xff\n").to_string(), "a\\xff\\n");
        assert_eq!(Sample::of(&[b'x'; MOST_BYTES]).to_string(), "x".repeat(MOST_BYTES));
        assert_eq!(Sample::of(&[b'x'; MOST_BYTES + 1]).to_string(), format!("{}…", "x".repeat(MOST_BYTES)));
        assert!(Sample::default().is_empty());
    }
}

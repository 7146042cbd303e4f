//! Drawing over what was there.

use std::io::{self, Write};

use terminal_size::{Height, Width, terminal_size};

/// Lines that are no components: the head, the total, and what the shell writes below.
const OTHERS: usize = 6;

/// How many components there is room for.
pub(super) fn rows() -> usize {
    let height = terminal_size().map_or(24, |(_, Height(height))| usize::from(height));
    height.saturating_sub(OTHERS).max(1)
}

/// Draws `text` from the top, with escape sequences of ECMA-48, which all terminals in use know. Each line clears what is left of the one
/// before, so that nothing flickers, and none is longer than the terminal is wide.
pub(super) fn show(text: &str) -> io::Result<()> {
    let width = terminal_size().map_or(usize::MAX, |(Width(width), _)| usize::from(width));
    let mut drawn = "\x1b[H".to_owned();
    for line in text.lines() {
        drawn.extend(line.chars().take(width));
        drawn.push_str("\x1b[K\n");
    }
    drawn.push_str("\x1b[J");
    let mut output = io::stdout().lock();
    output.write_all(drawn.as_bytes())?;
    output.flush()
}

//! Drawing over what was there.

use std::io::{self, Write};

use terminal_size::{Height, Width, terminal_size};

use super::text::Room;

/// The size of the terminal, in lines and in letters of a line.
pub(super) fn size() -> Room {
    terminal_size().map_or(Room { lines: 24, width: 80 }, |(Width(width), Height(height))| Room {
        lines: usize::from(height),
        width: usize::from(width),
    })
}

/// Draws `text` from the top, with escape sequences of ECMA-48, which all terminals in use know. Each line clears what is left of the one
/// before, so that nothing flickers, and none is longer than the terminal is wide.
pub(super) fn show(text: &str) -> io::Result<()> {
    let Room { width, .. } = size();
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

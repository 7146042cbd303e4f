//! Drawing over what was there.

use std::io::{self, Write};

use terminal_size::{Height, Width, terminal_size};

/// A terminal of the size that terminals once had, where the size is not known.
const USUAL: Room = Room { width: 80, height: 24 };

/// How many characters and lines there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The room of the terminal.
pub(super) fn room() -> Room {
    terminal_size().map_or(USUAL, |(Width(width), Height(height))| Room {
        width: usize::from(width),
        height: usize::from(height),
    })
}

/// Draws `text` from the top, with escape sequences of ECMA-48, which all terminals in use know. Each line clears what is left of the one
/// before, so that nothing flickers, and none is longer than the terminal is wide.
pub(super) fn show(text: &str) -> io::Result<()> {
    let Room { width, .. } = room();
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

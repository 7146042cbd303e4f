//! Lines that fit a terminal.

/// The greatest width, in characters, of a line that can be folded.
const WIDTH: usize = 120;

/// `text`, with a new line, indented, behind a comma where the line would get too wide.
pub(crate) fn folded(text: &str) -> String {
    let mut lines = String::new();
    let mut width = 0_usize;
    let mut parts = text.split(", ").peekable();
    while let Some(part) = parts.next() {
        let part_width = part.chars().count();
        if !lines.is_empty() {
            // With the comma in front, and the one behind where there is more.
            let wider = part_width.saturating_add(2).saturating_add(usize::from(parts.peek().is_some()));
            let fits = width.saturating_add(wider) <= WIDTH;
            lines.push_str(if fits { ", " } else { ",\n  " });
            width = if fits { width.saturating_add(2) } else { 2 };
        }
        lines.push_str(part);
        width = width.saturating_add(part_width);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_wide_is_folded_behind_a_comma() {
        let [x, y] = [("x", 60), ("y", 59)].map(|(letter, width)| letter.repeat(width));
        assert_eq!(folded("a, b"), "a, b");
        assert_eq!(folded(&format!("{x}, {}", &y[1..])), format!("{x}, {}", &y[1..]), "just as wide");
        assert_eq!(folded(&format!("{x}, {y}")), format!("{x},\n  {y}"));
        assert_eq!(
            folded(&format!("{x}, {}, z", &y[1..])),
            format!("{x},\n  {}, z", &y[1..]),
            "a comma too wide"
        );
        assert_eq!(folded(&format!("{x}, {y}, {x}")), format!("{x},\n  {y},\n  {x}"));
    }
}

//! Text in columns.

use std::fmt;

use unicode_width::UnicodeWidthStr as _;

/// The greatest width of the column of names. One long name would fill every line with spaces.
const WIDEST_NAME: usize = 60;

/// Rows of a name, `N` numbers, and a note. Names and notes stand left, numbers right; each column is as wide as its
/// widest cell, by what a terminal shows of it. A name that is very long stands on a line of its own, with all else below. No line ends in spaces.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    pub(crate) rows: Vec<Row<N>>,
}

#[derive(Debug)]
pub(crate) struct Row<const N: usize> {
    pub(crate) name: String,
    pub(crate) numbers: [String; N],
    pub(crate) note: String,
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name_width, widths) = self.widths();
        for (index, Row { name, numbers, note }) in self.rows.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            // Nothing is put together first: what that takes would be charged to whoever asks.
            let last = numbers.iter().rposition(|number| !number.is_empty());
            let shown = if note.is_empty() { last.map_or(0, |last| last.saturating_add(1)) } else { N };
            match name_width.checked_sub(name.width()) {
                Some(rest) if shown > 0 => write!(f, "{name}{:rest$}", "")?,
                None if shown > 0 => write!(f, "{}\n{:name_width$}", name.trim_end(), "")?,
                _ => f.write_str(name.trim_end())?,
            }
            for (number, width) in numbers.iter().zip(widths).take(shown) {
                write!(f, "  {number:>width$}")?;
            }
            if !note.is_empty() {
                write!(f, "  {note}")?;
            }
        }
        Ok(())
    }
}

impl<const N: usize> Table<N> {
    /// The width of the column of names, and the widest number of each other column, in characters.
    fn widths(&self) -> (usize, [usize; N]) {
        let (mut name_width, mut widths) = (0, [0; N]);
        for Row { name, numbers, .. } in &self.rows {
            let width = name.width();
            if width <= WIDEST_NAME {
                name_width = name_width.max(width);
            }
            for (width, number) in widths.iter_mut().zip(numbers) {
                *width = number.chars().count().max(*width);
            }
        }
        (name_width, widths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(names: &[&str]) -> String {
        let row = |name: &&str| Row {
            name: (*name).to_owned(),
            numbers: [name.len().to_string()],
            note: "!".to_owned(),
        };
        Table { rows: names.iter().map(row).collect() }.to_string()
    }

    #[test]
    fn one_long_name_makes_no_line_longer() {
        let (widest, longer) = ("w".repeat(60), format!("  {}", "l".repeat(10_000)));
        assert_eq!(table(&["a", &longer]), format!("a      1  !\n{longer}\n   10002  !"));
        assert_eq!(table(&["a", &widest]), format!("a{}   1  !\n{widest}  60  !", " ".repeat(59)));
    }

    #[test]
    fn names_are_as_wide_as_a_terminal_shows_them() {
        let [wide, combining, plain] = ["漢字", "e\u{301}\u{301}", "abcd"];
        assert_eq!(table(&[wide, combining, plain]), "漢字  6  !\ne\u{301}\u{301}     5  !\nabcd  4  !");
    }
}

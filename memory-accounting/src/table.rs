//! Text in columns.

use std::fmt::{self, Write as _};

/// Rows of a name, `N` numbers, and a note. Names and notes stand left, numbers right; each column is as wide as its
/// widest cell. No line ends in spaces.
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
            let mut line = format!("{name:<name_width$}");
            for (number, width) in numbers.iter().zip(widths) {
                // Writing to a string cannot fail.
                _ = write!(line, "  {number:>width$}");
            }
            _ = write!(line, "  {note}");
            f.write_str(line.trim_end())?;
        }
        Ok(())
    }
}

impl<const N: usize> Table<N> {
    /// The widest name, and the widest number of each column, in characters.
    fn widths(&self) -> (usize, [usize; N]) {
        let (mut name_width, mut widths) = (0, [0; N]);
        for Row { name, numbers, .. } in &self.rows {
            name_width = name_width.max(name.chars().count());
            for (width, number) in widths.iter_mut().zip(numbers) {
                *width = number.chars().count().max(*width);
            }
        }
        (name_width, widths)
    }
}

//! Text in columns.

use std::fmt;

/// Rows of a name, `N` numbers, and a note. Names and notes stand left, numbers right; each column is as wide as its
/// widest cell. No line ends in spaces, since no number is empty.
#[derive(Debug)]
pub(super) struct Table<const N: usize> {
    pub(super) rows: Vec<Row<N>>,
}

#[derive(Debug)]
pub(super) struct Row<const N: usize> {
    pub(super) name: String,
    pub(super) numbers: [String; N],
    pub(super) note: String,
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name_width, widths) = self.widths();
        for (index, Row { name, numbers, note }) in self.rows.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{name:<name_width$}")?;
            for (number, width) in numbers.iter().zip(widths) {
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

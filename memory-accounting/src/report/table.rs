//! Text in columns.

use std::fmt::{self, Write as _};

/// Rows of a name, `N` numbers, and a note. Names and notes stand left, numbers right; each column is as wide as its
/// widest cell, and no line ends in spaces.
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
        let width = |cell: &dyn Fn(&Row<N>) -> usize| self.rows.iter().map(cell).max().unwrap_or(0);
        let name_width = width(&|row| row.name.chars().count());
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let mut line = format!("{:<name_width$}", row.name);
            for (column, number) in row.numbers.iter().enumerate() {
                let width = width(&|row| row.numbers.get(column).map_or(0, |number| number.chars().count()));
                write!(line, "  {number:>width$}")?;
            }
            line.push_str("  ");
            line.push_str(&row.note);
            f.write_str(line.trim_end())?;
        }
        Ok(())
    }
}

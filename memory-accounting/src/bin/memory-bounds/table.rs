//! Columns of text.

use unicode_width::UnicodeWidthStr as _;

use crate::size::grouped;

/// The greatest width of a column. A cell that is wider moves what stands behind it in its row, and fills no other with spaces.
const WIDEST: usize = 60;

/// How a column is aligned.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows of as many cells as there are columns, the first the header, in lines.
pub(crate) fn table<const N: usize>(columns: [Align; N], rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            let wide = cell.width();
            if wide <= WIDEST {
                *width = wide.max(*width);
            }
        }
    }
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(columns).zip(widths).map(|((cell, align), width)| match align {
            Align::Left => format!("{cell}{}", spaces(cell, width)),
            Align::Right => format!("{}{cell}", spaces(cell, width)),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What `cell` lacks of `width`, as a terminal shows it.
fn spaces(cell: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(cell.width()))
}

/// How many rows there are in Markdown. A comment has room for some 65,000 characters.
const IN_A_COMMENT: usize = 200;

/// The same in Markdown, which says how many rows are left out where there are very many.
pub(crate) fn markdown<const N: usize>(columns: [Align; N], rows: &[[String; N]]) -> String {
    let line = |cells: Vec<&str>| format!("| {} |", cells.join(" | "));
    let mut lines = rows.iter().map(|row| line(row.iter().map(|cell| cell.trim()).collect()));
    let aligned = columns.map(|align| match align {
        Align::Left => "---",
        Align::Right => "--:",
    });
    let header = lines.next().into_iter().chain([format!("|{}|", aligned.join("|"))]);
    let table = header.chain(lines.take(IN_A_COMMENT)).collect::<Vec<_>>().join("\n");
    match rows.len().saturating_sub(1).saturating_sub(IN_A_COMMENT) {
        0 => table,
        more => format!("{table}\n\nand {} more", grouped(more)),
    }
}

/// A name that Markdown takes as it is.
pub(crate) fn code(name: &str) -> String {
    let fence = if name.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", name.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_a_terminal_shows_them_but_for_one_long_cell() {
        let long = "l".repeat(10_000);
        let rows = ["漢字", "abc", &long].map(|name| [name.to_owned(), "1".to_owned()]);
        let columns = [Align::Left, Align::Right];
        assert_eq!(table(columns, &rows), format!("漢字  1\nabc   1\n{long}  1"));
    }

    #[test]
    fn a_comment_has_no_room_for_thousands_of_rows() {
        let rows = |number: usize| -> Vec<[String; 2]> {
            (0..=number).map(|row| [row.to_string(), "x".to_owned()]).collect()
        };
        let columns = [Align::Left, Align::Right];
        assert_eq!(markdown(columns, &rows(1)), "| 0 | x |\n|---|--:|\n| 1 | x |");
        assert!(markdown(columns, &rows(200)).ends_with("\n| 200 | x |"));
        assert!(markdown(columns, &rows(1300)).ends_with("\n| 200 | x |\n\nand 1,100 more"));
    }
}

//! Bounds as a tree that a person can read.

use std::fmt;

use super::component::{BoundsEntry, ComponentBounds};
use super::names::{ROOT_NAME, quoted};
use crate::bytes::Bytes;

/// One line of the tree.
struct Row {
    name: String,
    size: String,
    note: String,
}

/// The component and its subcomponents with their firm limits, below each its entries: what it is, how many bytes,
/// and the arithmetic. Fields that are not counted come with the reason.
impl fmt::Display for ComponentBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = Vec::new();
        collect(self, ROOT_NAME, 0, &mut rows);
        let name_width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let size_width = rows.iter().map(|row| row.size.chars().count()).max().unwrap_or(0);
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let Row { name, size, note } = row;
            let line = format!("{name:<name_width$}  {size:>size_width$}  {note}");
            f.write_str(line.trim_end())?;
        }
        Ok(())
    }
}

fn collect(bounds: &ComponentBounds, name: &str, depth: usize, rows: &mut Vec<Row>) {
    let indent = "  ".repeat(depth);
    let minimum = bounds.checked_minimum();
    rows.push(Row {
        name: format!("{indent}{name}"),
        size: size(bounds.checked_firm_limit()),
        note: match minimum {
            Some(0) => String::new(),
            _ => format!("of which minimum {}", size(minimum)),
        },
    });
    let minimum = bounds.minimum.iter().map(|entry| entry_row(&indent, "minimum", entry));
    let firm = bounds.firm.iter().map(|entry| entry_row(&indent, "firm", entry));
    rows.extend(minimum.chain(firm));
    for skipped in &bounds.skipped {
        let (name, note) = (format!("{indent}  · {} not counted", skipped.name), skipped.reason.clone());
        rows.push(Row { name, size: String::new(), note });
    }
    for (name, child) in &bounds.subcomponents {
        collect(child, &quoted(name), depth + 1, rows);
    }
}

fn entry_row(indent: &str, kind: &str, entry: &BoundsEntry) -> Row {
    Row {
        name: match &entry.label {
            Some(label) => format!("{indent}  · {label} {kind}"),
            None => format!("{indent}  · {kind}"),
        },
        size: size(entry.expr.checked_evaluate()),
        note: entry.expr.to_string(),
    }
}

fn size(bytes: Option<usize>) -> String {
    bytes.map_or_else(|| "overflow".to_owned(), |bytes| Bytes(bytes).to_string())
}

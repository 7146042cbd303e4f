//! Bounds as a tree that a person can read.

use std::fmt;

use super::component::{BoundsEntry, ComponentBounds};
use super::names::{ROOT_NAME, quoted};
use crate::bytes::Bytes;
use crate::expr::UsageExpr;

/// One line of the tree.
struct Row {
    name: String,
    size: String,
    note: String,
}

/// The longest arithmetic, in characters, that is printed without being asked for.
const SHORT: usize = 60;

/// The component and its subcomponents with their firm limits, below each its entries: what it is and how many bytes, with
/// the arithmetic where that is short, else with the settings it depends on; `{:#}` prints all of the arithmetic. Fields that
/// are not counted come with the reason.
impl fmt::Display for ComponentBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let note = if f.alternate() { UsageExpr::to_string } else { short };
        let mut rows = Vec::new();
        collect(self, ROOT_NAME, 0, note, &mut rows);
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

/// What an expression says beside its size.
type Note = fn(&UsageExpr) -> String;

fn collect(bounds: &ComponentBounds, name: &str, depth: usize, note: Note, rows: &mut Vec<Row>) {
    let indent = "  ".repeat(depth);
    let minimum = bounds.checked_minimum();
    rows.push(Row {
        name: format!("{indent}{name}"),
        size: size(bounds.checked_firm_limit()),
        note: {
            let times = bounds.own_times().iter().map(|times| format!("{} of it", times.expr()));
            let minimum = (minimum != Some(0)).then(|| format!("of which minimum {}", size(minimum)));
            times.chain(minimum).collect::<Vec<_>>().join(", ")
        },
    });
    let entry_row = |kind: &str, entry: &BoundsEntry| Row {
        name: match &entry.label {
            Some(label) => format!("{indent}  · {label} {kind}"),
            None => format!("{indent}  · {kind}"),
        },
        size: size(bounds.whole_expr(entry).checked_evaluate()),
        note: note(&bounds.whole_expr(entry)),
    };
    rows.extend(bounds.minimum.iter().map(|entry| entry_row("minimum", entry)));
    rows.extend(bounds.firm.iter().map(|entry| entry_row("firm", entry)));
    for skipped in &bounds.skipped {
        let (name, note) = (format!("{indent}  · {} not counted", skipped.name), skipped.reason.clone());
        rows.push(Row { name, size: String::new(), note });
    }
    for (name, child) in &bounds.subcomponents {
        collect(child, &quoted(name), depth.saturating_add(1), note, rows);
    }
}

/// The arithmetic where it is short, else the settings in it, each once.
fn short(expr: &UsageExpr) -> String {
    let arithmetic = expr.to_string();
    if arithmetic.chars().count() <= SHORT {
        return arithmetic;
    }
    let mut settings = Vec::new();
    expr.visit_settings(&mut |name, value| {
        let value = value.map_or_else(|| "unlimited".to_owned(), |value| value.to_string());
        let setting = format!("{name}={value}");
        if !settings.contains(&setting) {
            settings.push(setting);
        }
    });
    match settings.as_slice() {
        [] => "from constants".to_owned(),
        settings => format!("from {}", settings.join(", ")),
    }
}

fn size(bytes: Option<usize>) -> String {
    bytes.map_or_else(|| "unbounded".to_owned(), |bytes| Bytes(bytes).to_string())
}

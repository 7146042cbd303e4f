//! Components as rows of a table.

use super::NO_COMPONENT;
use super::columns::{COLUMNS, Column, Figures};
use crate::registry::ComponentUsage;
use crate::table::{Row, Table};

type Cells = [String; COLUMNS.len()];

/// The tree of components below a line of headings.
pub(super) fn table(components: &ComponentUsage) -> Table<{ COLUMNS.len() }> {
    let headings: Cells = COLUMNS.map(|Column { heading, .. }| heading.to_owned());
    let mut rows = vec![Row { name: "component".to_owned(), numbers: headings, note: String::new() }];
    collect(components, None, 0, &mut rows);
    Table { rows }
}

/// One row for the component with everything below it, then, where it has subcomponents and is more than their sum,
/// one for itself.
fn collect(
    usage: &ComponentUsage,
    parent: Option<&str>,
    depth: usize,
    rows: &mut Vec<Row<{ COLUMNS.len() }>>,
) {
    let indent = "  ".repeat(depth);
    let (total, own) = (Figures::total(usage), Figures::own(usage));
    let name = format!("{indent}{}", short_name(&usage.name, parent));
    rows.push(Row { name, numbers: numbers(&total), note: total.note() });
    if !own.is_empty() && !usage.subcomponents.is_empty() {
        let (label, note) = match usage.is_root() {
            // Nobody declares what no component claims, so it cannot exceed anything.
            true if own.declares_nothing() => (NO_COMPONENT, String::new()),
            true => (NO_COMPONENT, own.note()),
            false => ("(itself)", own.note()),
        };
        rows.push(Row { name: format!("{indent}  {label}"), numbers: numbers(&own), note });
    }
    for child in &usage.subcomponents {
        collect(child, Some(&usage.name), depth.saturating_add(1), rows);
    }
}

/// The name below the parent; children of the root carry no prefix.
fn short_name<'a>(name: &'a str, parent: Option<&str>) -> &'a str {
    let below = parent.and_then(|parent| name.strip_prefix(parent)).and_then(|rest| rest.strip_prefix('.'));
    below.unwrap_or(name)
}

fn numbers(figures: &Figures) -> Cells {
    COLUMNS.map(|Column { cell, .. }| cell(figures))
}

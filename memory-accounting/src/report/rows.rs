//! Components as rows of a table.

use super::table::{Row, Table};
use crate::bytes::Bytes;
use crate::{ComponentUsage, DeclaredBytes, LiveBytes};

/// What stands where there is no number.
const NOTHING: &str = "–";

/// The tree of components below a line of headings.
pub(super) fn table(components: &ComponentUsage) -> Table<4> {
    let headings = ["minimum", "firm limit", "live", "of firm"].map(str::to_owned);
    let mut rows = vec![Row { name: "component".to_owned(), numbers: headings, note: String::new() }];
    collect(components, None, 0, &mut rows);
    Table { rows }
}

/// One row for the component with everything below it, then, where it has subcomponents and is more than their sum,
/// one for itself.
fn collect(usage: &ComponentUsage, parent: Option<&str>, depth: usize, rows: &mut Vec<Row<4>>) {
    let indent = "  ".repeat(depth);
    let note = exceeded(usage.total_declared, usage.total_live);
    let name = format!("{indent}{}", short_name(&usage.name, parent));
    rows.push(Row { name, numbers: numbers(usage.total_declared, usage.total_live), note });
    let own = usage.declared.firm_limit > 0 || usage.live.bytes > 0;
    if own && !usage.subcomponents.is_empty() {
        let (label, note) = match parent {
            // Nobody declares what no component claims, so it cannot exceed anything.
            None if usage.declared.firm_limit == 0 => ("(no component)", String::new()),
            _ => ("(itself)", exceeded(usage.declared, usage.live)),
        };
        let name = format!("{indent}  {label}");
        rows.push(Row { name, numbers: numbers(usage.declared, usage.live), note });
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

fn numbers(declared: DeclaredBytes, live: LiveBytes) -> [String; 4] {
    let live_bytes = if live.tracked { Bytes(live.bytes).to_string() } else { NOTHING.to_owned() };
    [amount(declared.minimum), amount(declared.firm_limit), live_bytes, percent(declared.firm_limit, live)]
}

/// Declared bytes, or that they overflowed.
pub(super) fn amount(bytes: usize) -> String {
    match bytes {
        0 => NOTHING.to_owned(),
        usize::MAX => "overflow".to_owned(),
        _ => Bytes(bytes).to_string(),
    }
}

fn percent(firm_limit: usize, live: LiveBytes) -> String {
    if !live.tracked || firm_limit == usize::MAX {
        return NOTHING.to_owned();
    }
    let hundredfold = (live.bytes as u128).saturating_mul(100);
    match hundredfold.checked_div(firm_limit as u128) {
        None => NOTHING.to_owned(),
        Some(0) if live.bytes > 0 => "<1 %".to_owned(),
        Some(percent) => format!("{percent} %"),
    }
}

/// Marks what lives beyond its declaration.
fn exceeded(declared: DeclaredBytes, live: LiveBytes) -> String {
    match live.bytes.checked_sub(declared.firm_limit) {
        None | Some(0) => String::new(),
        Some(_) if declared.firm_limit == 0 => "! nothing declared".to_owned(),
        Some(over) => format!("! {} more than declared", Bytes(over)),
    }
}

//! The comparison as text, for the message of a failed test.

use std::fmt;

use super::BoundsReport;
use crate::bounds::{ComponentBounds, name_from_root};
use crate::expr::Escaped;

/// The longest line, in characters, that an expression may share with its entry.
const LINE: usize = 100;

/// Every declared entry with its bytes, the peak, and how the two compare. Where more was held than declared, the fields
/// that are not counted follow with their reasons; where nothing was measured, what may have happened.
impl fmt::Display for BoundsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bounds().checked_firm_limit() {
            Some(declared) => writeln!(f, "declared: {declared} bytes")?,
            None => writeln!(f, "declared: more than can be counted")?,
        }
        write_entries(f, self.bounds())?;
        writeln!(f, "measured peak: {} bytes", self.peak_bytes())?;
        match self.undeclared_bytes() {
            0 => write!(f, "head-room: {} bytes, {:.1} %", self.headroom_bytes(), self.headroom_percent())?,
            undeclared => {
                write!(f, "nobody declared: {undeclared} bytes")?;
                write_suspects(f, self.bounds())?;
            }
        }
        if let Some(future) = self.unpolled_future() {
            write!(f, "\nthe workload returned a future that nobody has polled: {future}")?;
        }
        if self.has_allocated_nothing() {
            write!(
                f,
                "\nnothing was allocated in the measured group: did the workload enter another group?"
            )?;
        }
        Ok(())
    }
}

/// One declared entry.
struct Entry {
    size: String,
    name: String,
    expr: String,
}

fn write_entries(f: &mut fmt::Formatter<'_>, bounds: &ComponentBounds) -> fmt::Result {
    let entries = entries(bounds);
    let width = entries.iter().map(|entry| entry.size.len()).max().unwrap_or(0);
    for Entry { size, name, expr } in entries {
        let start = format!("  {size:>width$}  {name}:");
        let length = start.chars().count().saturating_add(expr.chars().count());
        if length < LINE {
            writeln!(f, "{start} {expr}")?;
        } else {
            writeln!(f, "{start}\n    {:width$}{expr}", "")?;
        }
    }
    Ok(())
}

fn entries(bounds: &ComponentBounds) -> Vec<Entry> {
    let mut entries = Vec::new();
    bounds.visit(&mut |path, bounds| {
        let component = name_from_root(path);
        let minimum = bounds.minimum_entries().iter().map(|entry| ("minimum", entry));
        let firm = bounds.firm_entries().iter().map(|entry| ("firm", entry));
        entries.extend(minimum.chain(firm).map(|(kind, entry)| Entry {
            size: match bounds.whole_expr(entry).checked_evaluate() {
                Some(bytes) => format!("{bytes} bytes"),
                None => "overflows".to_owned(),
            },
            name: match entry.label() {
                Some(label) => format!("{component} · {} {kind}", Escaped(label)),
                None => format!("{component} {kind}"),
            },
            expr: bounds.whole_expr(entry).to_string(),
        }));
    });
    entries
}

fn write_suspects(f: &mut fmt::Formatter<'_>, bounds: &ComponentBounds) -> fmt::Result {
    let mut suspects = Vec::new();
    bounds.visit(&mut |path, bounds| {
        let component = name_from_root(path);
        let skipped = bounds.skipped().iter();
        suspects
            .extend(skipped.map(|field| {
                format!("{component} · {}: {}", Escaped(field.name()), Escaped(field.reason()))
            }));
    });
    if !suspects.is_empty() {
        write!(f, "\nfirst suspects, the fields that are not counted:")?;
    }
    suspects.iter().try_for_each(|suspect| write!(f, "\n  {suspect}"))
}

//! Bounds as a tree that a person can read.

use std::fmt;

use super::component::ComponentBounds;
use super::entry::BoundsEntry;
use super::names::{ROOT_NAME, quoted};
use super::times::Times;
use crate::bytes::Bytes;
use crate::container::SENDING_THREADS;
use crate::expr::{Escaped, Grouped, UsageExpr};

/// One line of the tree.
struct Row<'a> {
    name: String,
    kind: &'static str,
    size: String,
    note: Note<'a>,
}

enum Note<'a> {
    /// As it is.
    Text(String),
    /// What can be said in as many characters as there is room for.
    Of(&'a BoundsEntry),
}

/// The width of a line, in characters, that is kept where nothing forces a longer one.
const WIDTH: usize = 120;

/// The longest arithmetic, in characters, that can be seen at a glance.
const GLANCE: usize = 60;

/// The least that is left for a note, in characters, however long the names are.
const LEAST_NOTE: usize = 30;

/// How much is printed.
#[derive(Clone, Copy)]
struct Form {
    /// All entries, with all of their arithmetic.
    full: bool,
    /// Components alone, down to so many levels.
    deepest: Option<usize>,
}

/// The component and its subcomponents with their firm limits, below each its entries, one short line each: its name, `minimum` or
/// `firm`, how many bytes, and from what: arithmetic where that is short, such as `8 B × capacity (1,000)`, else what a container
/// holds, or the settings it depends on. Entries of no bytes are left out. `{:#}` prints all entries with all of their arithmetic. `{:.2}` prints the
/// components alone, down to two levels below the first, with how many lie below those.
///
/// A component that stands for several says of how many; the bytes at it and below it are of all, the arithmetic of one. Fields
/// that are not counted come with the reason.
impl fmt::Display for ComponentBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = Vec::new();
        collect(self, ROOT_NAME, 0, Form { full: f.alternate(), deepest: f.precision() }, &mut rows);
        let width = |cell: fn(&Row<'_>) -> usize| rows.iter().map(|row| cell(row)).max().unwrap_or(0);
        let (name_width, kind_width) = (width(|row| row.name.chars().count()), width(|row| row.kind.len()));
        let size_width = width(|row| row.size.len());
        // Where no component has entries, there is no column for what they are.
        let gap = if kind_width > 0 { "  " } else { "" };
        let taken =
            [name_width, gap.len(), kind_width, 2, size_width, 2].into_iter().fold(0, usize::saturating_add);
        let room = WIDTH.saturating_sub(taken).max(LEAST_NOTE);
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let Row { name, kind, size, note } = row;
            let note = match note {
                Note::Text(text) => text.clone(),
                Note::Of(entry) => in_short(entry, room),
            };
            let line = format!("{name:<name_width$}{gap}{kind:<kind_width$}  {size:>size_width$}  {note}");
            f.write_str(line.trim_end())?;
        }
        Ok(())
    }
}

fn collect<'a>(bounds: &'a ComponentBounds, name: &str, depth: usize, form: Form, rows: &mut Vec<Row<'a>>) {
    let Form { full, deepest } = form;
    let indent = "  ".repeat(depth);
    let minimum = bounds.checked_minimum();
    let times = bounds.own_times().iter().map(Times::expr);
    let times = times.map(|expr| if full { format!("* {expr}") } else { format!("× {}", expr.brief()) });
    let of_which = (minimum != Some(0)).then(|| format!("of which minimum {}", size(minimum)));
    let is_deepest = deepest.is_some_and(|deepest| depth >= deepest);
    let below = is_deepest.then(|| components_below(bounds)).filter(|below| *below > 0);
    let below = below.map(|below| format!("{below} below"));
    rows.push(Row {
        name: format!("{indent}{name}"),
        kind: "",
        size: size(bounds.checked_firm_limit()),
        note: Note::Text(times.chain(of_which).chain(below).collect::<Vec<_>>().join(", ")),
    });
    let children = bounds.subcomponents.iter().filter(|_| !is_deepest);
    let below = |rows: &mut Vec<Row<'a>>| {
        for (name, child) in children {
            collect(child, &quoted(name), depth.saturating_add(1), form, rows);
        }
    };
    if deepest.is_some() {
        return below(rows);
    }
    for (entries, kind) in [(&bounds.minimum, "minimum"), (&bounds.firm, "firm")] {
        for entry in entries {
            let bytes = bounds.whole_expr(entry).checked_evaluate();
            if bytes == Some(0) && !full {
                continue;
            }
            let name = Escaped(entry.name());
            let note = if full { Note::Text(bounds.whole_expr(entry).to_string()) } else { Note::Of(entry) };
            rows.push(Row { name: format!("{indent}  · {name}"), kind, size: size(bytes), note });
        }
    }
    for skipped in &bounds.skipped {
        rows.push(Row {
            name: format!("{indent}  · {}", Escaped(&skipped.name)),
            kind: "",
            size: String::new(),
            note: Note::Text(format!("not counted: {}", Escaped(&skipped.reason))),
        });
    }
    below(rows);
}

fn components_below(bounds: &ComponentBounds) -> usize {
    let below = bounds.subcomponents.values().map(|child| components_below(child).saturating_add(1));
    below.fold(0, usize::saturating_add)
}

/// From what `entry` is computed, in at most `room` characters where that can be.
fn in_short(entry: &BoundsEntry, room: usize) -> String {
    let expr = entry.times().iter().fold(entry.expr().clone(), |expr, times| expr.times(times.expr()));
    match &expr {
        // The size says it all.
        UsageExpr::StructSize { .. } => return "one value".to_owned(),
        UsageExpr::Constant { .. } => return "fixed".to_owned(),
        _ => {}
    }
    let fits = |text: &String| text.chars().count() <= room;
    let arithmetic = expr.brief().to_string();
    if arithmetic.chars().count() <= room.min(GLANCE) {
        return arithmetic;
    }
    holding(entry).into_iter().find(fits).unwrap_or_else(|| settings(&expr, room))
}

/// What a container holds, at length and in short.
fn holding(entry: &BoundsEntry) -> Vec<String> {
    let Some((items, item_bytes)) = entry.holds.as_ref().map(|holds| holds.parts()) else {
        return Vec::new();
    };
    let word = if entry.expr().has_buckets() { "table of" } else { "container of" };
    let threads = entry.expr().constant_named(SENDING_THREADS);
    let threads = threads.map_or_else(String::new, |threads| format!(", {threads} threads sending"));
    let factors: Vec<String> =
        entry.times().iter().map(|times| format!(", × {}", times.expr().brief())).collect();
    let factors = factors.concat();
    let items = items.brief();
    match item_bytes.map(UsageExpr::brief) {
        None => vec![format!("{word} {items}{threads}{factors}"), format!("{word} {items}{factors}")],
        Some(bytes) => vec![
            format!("{word} {items}{threads}, each with {bytes} more{factors}"),
            format!("{word} {items}, each with {bytes} more{factors}"),
            format!("{word} {items}, each with more of its own{factors}"),
        ],
    }
}

/// The settings in an expression, each once, as many as there is room for.
fn settings(expr: &UsageExpr, room: usize) -> String {
    let mut settings = Vec::new();
    expr.visit_settings(&mut |name, value| {
        let value = value.map_or_else(|| "unlimited".to_owned(), |value| Grouped(value).to_string());
        let setting = format!("{} ({value})", Escaped(name));
        if !settings.contains(&setting) {
            settings.push(setting);
        }
    });
    if settings.is_empty() {
        return "from constants".to_owned();
    }
    // At least one, in any case.
    let listed = |count: usize| {
        let more = settings.len().saturating_sub(count);
        let named = settings.iter().take(count).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 { format!("from {named} and {more} more") } else { format!("from {named}") }
    };
    let fits = |count: &usize| listed(*count).chars().count() <= room;
    listed((2..=settings.len()).rev().find(fits).unwrap_or(1))
}

fn size(bytes: Option<usize>) -> String {
    bytes.map_or_else(|| "unbounded".to_owned(), |bytes| Bytes(bytes).to_string())
}

//! Differences as text and as Markdown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::compared::{Compared, Versions};
use crate::bytes::Bytes;
use crate::expr::{Escaped, Grouped};
use crate::sizing::full_setting_name;
use crate::table::{Row, Table};

/// A table with a title.
struct Section {
    title: &'static str,
    rows: Vec<Row<3>>,
}

pub(super) fn text(compared: &Compared) -> String {
    let mut text = summary(compared);
    for Section { title, rows } in sections(compared, |name| Escaped(name).to_string()) {
        let numbers = ["before", "after", "change"].map(str::to_owned);
        let header = Row { name: title.to_owned(), numbers, note: String::new() };
        let rows = std::iter::once(header).chain(rows).collect();
        // Writing to a string cannot fail.
        _ = write!(text, "\n\n{}", Table { rows });
    }
    text
}

pub(super) fn markdown(compared: &Compared) -> String {
    let mut text = format!("### Declared memory\n\n{}", summary(compared).replace('\n', "  \n"));
    for Section { title, rows } in sections(compared, code) {
        // Writing to a string cannot fail.
        _ = write!(text, "\n\n| {title} | before | after | change |\n|---|--:|--:|--:|");
        for row in rows {
            let cells = row.numbers.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
            _ = write!(text, "\n| {} | {} |", row.name.trim(), cells.join(" | "));
        }
    }
    text
}

/// A name that Markdown takes as it is.
fn code(name: &str) -> String {
    let fence = if name.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", Escaped(name).to_string().replace('|', "\\|"))
}

fn summary(compared: &Compared) -> String {
    let Compared { firm_limit_bytes, minimum_bytes, .. } = compared;
    let total = |what: &str, versions: &Versions<Option<usize>>| {
        let (old, new) = (versions.old.flatten(), versions.new.flatten());
        if old == new {
            return format!("{what}: {}, as before", size(new));
        }
        let part = old.zip(new).filter(|(old, _)| *old > 0).map(|(old, new)| {
            #[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
            let percent = (new as f64 - old as f64) / old as f64 * 100.0;
            format!(", {percent:+.1} %")
        });
        format!("{what}: {} → {} ({}{})", size(old), size(new), change(versions), part.unwrap_or_default())
    };
    let totals = format!("{}\n{}", total("firm limit", firm_limit_bytes), total("minimum", minimum_bytes));
    if compared.is_empty() { format!("{totals}\nnothing has changed") } else { totals }
}

/// What has changed, where `name` writes a name.
fn sections(compared: &Compared, name: fn(&str) -> String) -> Vec<Section> {
    let Compared { components, settings, types, skipped, .. } = compared;
    let mut rows = Vec::new();
    for component in components {
        rows.push(row(name(&component.name), &component.bytes, |bytes| size(*bytes), change));
        for entry in &component.entries {
            let entry_name = format!("· {} {}", name(&entry.name), entry.kind);
            let change = |bytes: &Versions<_>| {
                if entry.computed_otherwise { "computed otherwise".to_owned() } else { change(bytes) }
            };
            rows.push(row(format!("  {entry_name}"), &entry.bytes, |bytes| size(*bytes), change));
        }
    }
    let of_components = Section { title: "component", rows };
    let rows = settings.iter().map(|setting| {
        let name = name(&full_setting_name(&setting.component, &setting.key));
        row(name, &setting.values, |values| listed(values, |one| value(*one)), presence)
    });
    let of_settings = Section { title: "setting", rows: rows.collect() };
    let rows = types.iter().map(|changed| {
        let name = format!("{} in {}", name(&changed.name), name(&changed.component));
        row(name, &changed.sizes, |sizes| listed(sizes, |one| Bytes(*one).to_string()), presence)
    });
    let of_types = Section { title: "size of one", rows: rows.collect() };
    let rows = skipped.iter().map(|field| {
        let name = format!("{} in {}", name(&field.name), name(&field.component));
        row(name, &field.reasons, |reasons| listed(reasons, |reason| Escaped(reason).to_string()), presence)
    });
    let of_skipped = Section { title: "not counted", rows: rows.collect() };
    let all = [of_components, of_settings, of_types, of_skipped];
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn row<T>(
    name: String,
    versions: &Versions<T>,
    written: impl Fn(&T) -> String,
    change: impl Fn(&Versions<T>) -> String,
) -> Row<3> {
    let cell = |version: &Option<T>| version.as_ref().map(&written).unwrap_or_default();
    let numbers = [cell(&versions.old), cell(&versions.new), change(versions)];
    Row { name, numbers, note: String::new() }
}

fn listed<T>(all: &BTreeSet<T>, written: impl Fn(&T) -> String) -> String {
    all.iter().map(written).collect::<Vec<_>>().join(", ")
}

/// Whether it is new or gone.
fn presence<T>(versions: &Versions<T>) -> String {
    match (&versions.old, &versions.new) {
        (None, _) => "new".to_owned(),
        (_, None) => "removed".to_owned(),
        _ => String::new(),
    }
}

/// By how many bytes it grew.
fn change(versions: &Versions<Option<usize>>) -> String {
    match (versions.old, versions.new) {
        (Some(old), Some(new)) if old == new => String::new(),
        (Some(Some(old)), Some(Some(new))) => {
            let sign = if new < old { '-' } else { '+' };
            format!("{sign}{}", Bytes(old.abs_diff(new)))
        }
        (Some(_), Some(None)) => "now unbounded".to_owned(),
        (Some(_), Some(_)) => "bounded again".to_owned(),
        _ => presence(versions),
    }
}

/// A number of bytes, where `None` is unbounded.
fn size(size: Option<usize>) -> String {
    size.map_or_else(|| "unbounded".to_owned(), |size| Bytes(size).to_string())
}

/// The value of a setting, where `None` is that of one that is not limited.
fn value(value: Option<usize>) -> String {
    value.map_or_else(|| "unlimited".to_owned(), |value| Grouped(value).to_string())
}

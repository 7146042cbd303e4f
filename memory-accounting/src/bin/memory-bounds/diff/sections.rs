//! Differences as text and as Markdown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::compared::{Compared, Versions};
use crate::size::{bytes, size, value};
use crate::table::{Align, table};

/// A table with a title.
struct Section {
    title: &'static str,
    rows: Vec<[String; 4]>,
}

const COLUMNS: [Align; 4] = [Align::Left, Align::Right, Align::Right, Align::Right];

pub(super) fn text(compared: &Compared) -> String {
    let mut text = summary(compared);
    for Section { title, rows } in sections(compared, str::to_owned) {
        let header = [title, "before", "after", "change"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
        text.push_str("\n\n");
        text.push_str(&table(COLUMNS, &rows));
    }
    text
}

pub(super) fn markdown(compared: &Compared) -> String {
    let mut text = format!("### Declared memory\n\n{}", summary(compared).replace('\n', "  \n"));
    for Section { title, rows } in sections(compared, code) {
        // Writing to a string cannot fail.
        _ = write!(text, "\n\n| {title} | before | after | change |\n|---|--:|--:|--:|");
        for row in rows {
            _ = write!(text, "\n| {} |", row.map(|cell| cell.trim().to_owned()).join(" | "));
        }
    }
    text
}

/// A name that Markdown takes as it is.
fn code(name: &str) -> String {
    let fence = if name.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", name.replace('|', "\\|"))
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
    let Compared { components, settings, types, .. } = compared;
    let mut rows = Vec::new();
    for component in components {
        rows.push(row(name(&component.name), &component.bytes, |bytes| size(*bytes), change));
        for entry in &component.entries {
            let entry_name = format!("· {} {}", name(&entry.name), entry.kind);
            rows.push(row(format!("  {entry_name}"), &entry.bytes, |bytes| size(*bytes), change));
        }
    }
    let of_components = Section { title: "component", rows };
    let rows = settings.iter().map(|setting| {
        let name = name(&format!("{}:{}", setting.component, setting.key));
        row(name, &setting.values, |values| listed(values, |one| value(*one)), presence)
    });
    let of_settings = Section { title: "setting", rows: rows.collect() };
    let rows = types.iter().map(|changed| {
        let name = format!("{} in {}", name(&changed.name), name(&changed.component));
        row(name, &changed.sizes, |sizes| listed(sizes, |one| bytes(*one as u64)), presence)
    });
    let of_types = Section { title: "size of one", rows: rows.collect() };
    [of_components, of_settings, of_types].into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn row<T>(
    name: String,
    versions: &Versions<T>,
    written: impl Fn(&T) -> String,
    change: impl Fn(&Versions<T>) -> String,
) -> [String; 4] {
    let cell = |version: &Option<T>| version.as_ref().map(&written).unwrap_or_default();
    [name, cell(&versions.old), cell(&versions.new), change(versions)]
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
        (Some(Some(old)), Some(Some(new))) => {
            let sign = if new < old { '-' } else { '+' };
            format!("{sign}{}", bytes(old.abs_diff(new) as u64))
        }
        (Some(_), Some(None)) => "now unbounded".to_owned(),
        (Some(_), Some(_)) => "bounded again".to_owned(),
        _ => presence(versions),
    }
}

#[cfg(test)]
mod tests {
    use memory_accounting::UsageExpr;

    use super::*;
    use crate::samples;

    #[test]
    fn what_grew_most_comes_first() {
        let old = samples::usual();
        let new = samples::bounds(UsageExpr::config("entries", 8), UsageExpr::config("queue|size", 3 << 20));
        assert_eq!(
            text(&Compared::of(&old, &new)),
            "firm limit: 2.0 MiB → 3.0 MiB (+1.0 MiB, +50.4 %)\n\
             minimum: 1.0 MiB → 3.0 MiB (+2.0 MiB, +200.0 %)\n\n\
             component          before    after       change\n\
             queue             1.0 MiB  3.0 MiB     +2.0 MiB\n\
             \u{20}\u{20}· ring minimum  1.0 MiB  3.0 MiB     +2.0 MiB\n\
             cache             1.0 MiB  8.0 KiB  -1016.0 KiB\n\
             \u{20}\u{20}· table firm    1.0 MiB  8.0 KiB  -1016.0 KiB\n\n\
             setting               before      after   change\n\
             cache:entries          1,024          8\n\
             queue:queue_bytes  1,048,576             removed\n\
             queue:queue|size              3,145,728      new"
        );
        let shown = markdown(&Compared::of(&old, &new));
        assert!(shown.contains("\n| `queue:queue\\|size` |  | 3,145,728 | new |"), "{shown}");
    }

    #[test]
    fn components_come_and_go_and_lose_their_bounds() {
        let new = samples::bounds(UsageExpr::unlimited("entries"), UsageExpr::config("queue_bytes", 1 << 20));
        let lost = text(&Compared::of(&samples::usual(), &new));
        assert!(
            lost.starts_with(
                "firm limit: 2.0 MiB → unbounded (now unbounded)\nminimum: 1.0 MiB, as before\n"
            ),
            "{lost}"
        );
        assert!(lost.contains("\ncache:entries   1,024  unlimited"), "{lost}");
        assert!(text(&Compared::of(&new, &samples::usual())).contains("unbounded → 2.0 MiB (bounded again)"));
        let nothing = memory_accounting::ComponentBounds::default();
        let gone = text(&Compared::of(&samples::usual(), &nothing));
        assert!(gone.contains("\nqueue             1.0 MiB         removed"), "{gone}");
        assert!(
            text(&Compared::of(&nothing, &samples::usual())).contains("firm limit: 0 B → 2.0 MiB (+2.0 MiB)")
        );
    }

    #[test]
    fn a_type_that_grew_is_named() {
        let bounds = |value| {
            let entry = UsageExpr::StructSize { name: "Session".to_owned(), value };
            samples::bounds(
                UsageExpr::constant("", 0),
                UsageExpr::product("", entry, UsageExpr::config("sessions", 8)),
            )
        };
        let said = text(&Compared::of(&bounds(64), &bounds(72)));
        assert!(
            said.ends_with("\n\nsize of one       before  after  change\nSession in queue    64 B   72 B"),
            "{said}"
        );
    }
}

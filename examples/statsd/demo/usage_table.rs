//! Declared against actual memory, for people.

use std::fmt;

use bytesize::ByteSize;
use memory_accounting::ComponentUsage;

/// One row for each component, those below it indented: what it declared and what it holds, itself and with everything
/// below it. The last line says whether all keep to what they declared.
#[derive(Debug)]
pub(super) struct UsageTable<'a>(pub(super) &'a ComponentUsage);

const NAME_WIDTH: usize = 16;

impl fmt::Display for UsageTable<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<NAME_WIDTH$}{:>12}{:>12}{:>12}{:>8}{:>14}{:>12}",
            "component", "minimum", "firm limit", "live", "of firm", "total firm", "total live"
        )?;
        let mut beyond = Vec::new();
        let mut result = Ok(());
        self.0.visit(&mut |usage, depth| {
            if usage.live.bytes > usage.declared.firm_limit {
                beyond.push(usage.name.as_str());
            }
            result = result.and_then(|()| write_row(formatter, usage, depth));
        });
        result?;
        if beyond.is_empty() {
            write!(formatter, "every component holds at most what it declared")
        } else {
            write!(formatter, "holding more than declared, please report: {}", beyond.join(", "))
        }
    }
}

fn write_row(formatter: &mut fmt::Formatter<'_>, usage: &ComponentUsage, depth: usize) -> fmt::Result {
    let name = format!("{:1$}{name}", "", depth.saturating_mul(2), name = usage.name);
    writeln!(
        formatter,
        "{name:<NAME_WIDTH$}{:>12}{:>12}{:>12}{:>7}%{:>14}{:>12}",
        size(usage.declared.minimum),
        size(usage.declared.firm_limit),
        size(usage.live.bytes),
        percent(usage.live.bytes, usage.declared.firm_limit),
        size(usage.total_declared.firm_limit),
        size(usage.total_live.bytes),
    )
}

fn percent(part: usize, whole: usize) -> usize {
    part.saturating_mul(100).checked_div(whole).unwrap_or(0)
}

fn size(bytes: usize) -> String {
    ByteSize::b(u64::try_from(bytes).unwrap_or(u64::MAX)).display().iec().to_string()
}

#[cfg(test)]
mod tests {
    use memory_accounting::{DeclaredBytes, LiveBytes};

    use super::*;

    fn usage(name: &str, firm_limit: usize, live: usize) -> ComponentUsage {
        let declared = DeclaredBytes { minimum: 0, firm_limit };
        let live = LiveBytes { bytes: live, objects: 1, tracked: true };
        ComponentUsage {
            name: name.to_owned(),
            declared,
            total_declared: declared,
            live,
            total_live: live,
            subcomponents: Vec::new(),
        }
    }

    fn table(subcomponents: Vec<ComponentUsage>) -> Vec<String> {
        let root = ComponentUsage { subcomponents, ..usage("root", 1024, 512) };
        UsageTable(&root).to_string().lines().map(str::to_owned).collect()
    }

    #[test]
    fn has_a_row_for_each_component() {
        let rows = table(vec![usage("source", 4096, 4096)]);
        let words: Vec<Vec<&str>> = rows.iter().map(|row| row.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["root", "0", "B", "1.0", "KiB", "512", "B", "50%", "1.0", "KiB", "512", "B"]);
        assert_eq!(words[2].first(), Some(&"source"));
        assert_eq!(rows.last().map(String::as_str), Some("every component holds at most what it declared"));
    }

    #[test]
    fn names_who_holds_more_than_declared() {
        let rows = table(vec![usage("aggregator", 0, 1), usage("source", 10, 10)]);
        let last = rows.last().map(String::as_str);
        assert_eq!(last, Some("holding more than declared, please report: aggregator"));
    }
}

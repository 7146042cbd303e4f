//! What has moved as text and as Markdown.

use std::collections::BTreeMap;

use memory_accounting::BoundsDifference;

use super::{Both, Component, Figures, Limiter, Moved};
use crate::size::{became, bytes, change, grouped, size};
use crate::table::{self, Align, code};

const COLUMNS: [Align; 7] =
    [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right];
const HEADER: [&str; 7] = ["component", "live before", "after", "change", "peak", "declared", "allocated/s"];

pub(in crate::diff) fn text(moved: &Moved) -> String {
    let mut parts = vec![summary(moved).join("\n")];
    if !moved.components.is_empty() {
        parts.push(table::table(COLUMNS, &rows(moved, str::to_owned)));
    }
    parts.extend(unchanged(moved));
    parts.extend(moved.declared.as_ref().map(|declared| format!("declared:\n{declared}")));
    parts.join("\n\n")
}

pub(in crate::diff) fn markdown(moved: &Moved) -> String {
    let mut parts = vec!["### Memory in use".to_owned(), summary(moved).join("  \n")];
    if !moved.components.is_empty() {
        parts.push(table::markdown(COLUMNS, &rows(moved, code)));
    }
    parts.extend(unchanged(moved));
    parts.extend(moved.declared.as_ref().map(BoundsDifference::to_markdown));
    parts.join("\n\n")
}

fn summary(moved: &Moved) -> Vec<String> {
    let Moved { resident_bytes, limit_bytes, live_bytes, declared_bytes, limiter, outcomes, kernel, .. } =
        moved;
    let known = |what: &str, both: &Both<Option<usize>>| {
        both.old.zip(both.new).map(|(old, new)| became(what, Some(old), Some(new)))
    };
    let mut lines = vec![of_what(moved)];
    lines.extend(known("resident", resident_bytes));
    lines.extend(known("live", live_bytes));
    lines.push(became("declared", declared_bytes.old, declared_bytes.new));
    lines.extend(known("limit", limit_bytes));
    lines.extend(of_limiter(limiter));
    lines.extend(counted("what became of callers", outcomes));
    lines.extend(moved.average_wait_microseconds.map(|microseconds| match microseconds {
        0..1000 => format!("a wait took {microseconds} µs on average"),
        _ => format!("a wait took {} on average", time(microseconds / 1000)),
    }));
    lines.extend(counted("counted by the kernel", kernel));
    lines
}

/// Of which processes they are, and how far apart.
fn of_what(moved: &Moved) -> String {
    let Both { old, new } = moved.processes;
    let apart = time(moved.elapsed_ms.unsigned_abs());
    if moved.elapsed_ms < 0 {
        format!("the second was read {apart} before the first, so are they the right way round?")
    } else if moved.same_process {
        format!("process {}, {apart} later", new.pid)
    } else {
        format!(
            "process {}, up {}, and {apart} later process {}, up {}: what each has counted since its start is not compared",
            old.pid,
            time(old.uptime_ms),
            new.pid,
            time(new.uptime_ms)
        )
    }
}

fn time(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) => format!("{milliseconds} ms"),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

fn of_limiter(limiter: &Both<Option<Limiter>>) -> Option<String> {
    let said = |limiter: &Option<Limiter>| match limiter {
        Some(Limiter { mode, level, waiting }) => format!("{mode}, {level}, {waiting} waiting"),
        None => "none".to_owned(),
    };
    let Both { old, new } = limiter;
    if old == new {
        return new.is_some().then(|| format!("limiter: {}, as before", said(new)));
    }
    Some(format!("limiter: {} → {}", said(old), said(new)))
}

fn counted(what: &str, grown: &BTreeMap<String, u64>) -> Option<String> {
    let each = grown.iter().map(|(name, by)| match name.strip_suffix("_bytes") {
        Some(name) => format!("{} +{}", name.replace('_', " "), bytes(*by)),
        None => {
            format!("{} +{}", name.replace('_', " "), grouped(usize::try_from(*by).unwrap_or(usize::MAX)))
        }
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| format!("{what}: {}", each.join(", ")))
}

fn unchanged(moved: &Moved) -> Option<String> {
    match (moved.components.is_empty(), moved.unchanged_components) {
        (_, 0) => None,
        (true, _) => Some("no component has changed".to_owned()),
        (false, 1) => Some("one more component has not changed".to_owned()),
        (false, number) => Some(format!("{} more components have not changed", grouped(number))),
    }
}

fn rows(moved: &Moved, name: fn(&str) -> String) -> Vec<[String; 7]> {
    let rows = moved.components.iter().map(|component| row(component, name));
    std::iter::once(HEADER.map(str::to_owned)).chain(rows).collect()
}

fn row(component: &Component, name: fn(&str) -> String) -> [String; 7] {
    let Component { old, new, allocated_bytes_per_second, .. } = component;
    let known = |bytes: Option<usize>| bytes.map(|bytes| size(Some(bytes))).unwrap_or_default();
    let live = |figures: &Option<Figures>| figures.map(|figures| figures.live_bytes);
    let changed = match (live(old), live(new)) {
        (None, _) => "new".to_owned(),
        (_, None) => "removed".to_owned(),
        (Some(Some(old)), Some(Some(new))) if old == new => "0 B".to_owned(),
        (Some(Some(old)), Some(Some(new))) => change(old, new),
        _ => String::new(),
    };
    let both = |old: Option<String>, new: Option<String>| match (old, new) {
        (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
        (old, new) => new.or(old).unwrap_or_default(),
    };
    let peak =
        |figures: &Option<Figures>| figures.and_then(|figures| figures.peak_bytes).map(|it| size(Some(it)));
    let declared = |figures: &Option<Figures>| figures.map(|figures| size(figures.declared_bytes));
    let is_root = component.name == "root";
    [
        if is_root { "(no component)".to_owned() } else { name(&component.name) },
        known(live(old).flatten()),
        known(live(new).flatten()),
        changed,
        both(peak(old), peak(new)),
        both(declared(old), declared(new)),
        allocated_bytes_per_second.map(bytes).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::running::Status;
    use crate::running::tests::status_of;
    use crate::samples;

    fn moved(old: &Value, new: &Value) -> Moved {
        let parsed = |status: &Value| Status::parse(&status.to_string()).unwrap();
        Moved::of(&parsed(old), &parsed(new))
    }

    /// A status of a program that has been read `milliseconds` later than `status_of`, and holds and has done more.
    fn later(milliseconds: u64) -> (Value, Value) {
        let (mut old, mut new) = (status_of(7, 1000), status_of(7, 3_000_000));
        for (status, counted, refused) in [(&mut old, 5_000_u64, 3), (&mut new, 5_000 + 4096 * 60, 7)] {
            status["resident_bytes"] = json!(10 << 20);
            status["components"]["subcomponents"][0]["counted"] = json!({ "allocated_bytes": counted });
            status["limiter"] = json!({
                "mode": "enforce", "level": "normal", "waiting": 0,
                "counts": { "refused": refused, "waited": 5, "purged_bytes": refused * 1024, "waits": { "longer": refused, "microseconds": refused * 3500 } },
                "kernel": { "oom_kills": null, "high_events": refused, "stalled_lately": 0.5 },
            });
        }
        new["read_unix_ms"] = json!(old["read_unix_ms"].as_u64().unwrap() + milliseconds);
        new["limiter"]["level"] = json!("hard");
        new["resident_bytes"] = json!(15 << 20);
        (old, new)
    }

    #[test]
    fn what_has_moved_is_said_the_most_first() {
        let (mut old, mut new) = later(60_000);
        let mut gone = old["components"]["subcomponents"][0].clone();
        gone["name"] = json!("queue");
        old["components"]["subcomponents"].as_array_mut().unwrap().push(gone.clone());
        gone["name"] = json!("a|b");
        gone["live"] = json!({ "bytes": 64, "objects": 1 });
        new["components"]["subcomponents"].as_array_mut().unwrap().push(gone);
        let moved = moved(&old, &new);
        assert_eq!(
            text(&moved),
            "process 7, 1 min 0 s later\n\
             resident: 10.0 MiB → 15.0 MiB (+5.0 MiB, +50.0 %)\n\
             live: 1.0 KiB → 2.9 MiB (+2.9 MiB, +291165.0 %)\n\
             declared: 1000 B, as before\n\
             limit: 4.0 KiB, as before\n\
             limiter: enforce, normal, 0 waiting → enforce, hard, 0 waiting\n\
             what became of callers: purged +4.0 KiB, refused +4\n\
             a wait took 3 ms on average\n\
             counted by the kernel: high events +4\n\n\
             component  live before    after    change     peak  declared  allocated/s\n\
             cache           1000 B  2.9 MiB  +2.9 MiB  2.0 KiB    1000 B      4.0 KiB\n\
             queue           1000 B            removed  2.0 KiB    1000 B\n\
             a|b                        64 B       new  2.0 KiB    1000 B\n\n\
             one more component has not changed"
        );
        let shown = markdown(&moved);
        assert!(
            shown.starts_with("### Memory in use\n\nprocess 7, 1 min 0 s later  \nresident: 10.0 MiB →"),
            "{shown}"
        );
        assert!(
            shown.contains(
                "\n\n| component | live before | after | change | peak | declared | allocated/s |\n\
                 |---|--:|--:|--:|--:|--:|--:|\n\
                 | `cache` | 1000 B | 2.9 MiB | +2.9 MiB | 2.0 KiB | 1000 B | 4.0 KiB |\n"
            ),
            "{shown}"
        );
        assert!(shown.contains("\n| `a\\|b` |  | 64 B | new |"), "{shown}");
    }

    #[test]
    fn another_process_has_counted_something_else() {
        let (old, mut new) = later(2_000);
        new["process"] = json!({ "pid": 8, "started_unix_ms": 5, "uptime_ms": 900 });
        let said = text(&moved(&old, &new));
        assert!(
            said.starts_with(
                "process 7, up 1 h 2 min, and 2 s later process 8, up 900 ms: what each has counted since its start is not compared\n"
            ),
            "{said}"
        );
        assert!(
            !said.contains("refused") && !said.contains("high events") && !said.contains("4.0 KiB\n\n"),
            "{said}"
        );
        let (old, new) = later(60_000);
        let turned = text(&moved(&new, &old));
        assert!(
            turned.starts_with("the second was read 1 min 0 s before the first, so are they the right"),
            "{turned}"
        );
    }

    #[test]
    fn nothing_has_moved_in_one_and_the_same() {
        let (old, _) = later(1);
        let said = text(&moved(&old, &old));
        assert!(said.starts_with("process 7, 0 ms later\nresident: 10.0 MiB, as before\n"), "{said}");
        assert!(
            said.ends_with("\nlimiter: enforce, normal, 0 waiting, as before\n\nno component has changed"),
            "{said}"
        );
    }

    #[test]
    fn what_is_declared_otherwise_is_said_too() {
        let (mut old, mut new) = later(1000);
        old["bounds"] = json!(samples::usual());
        new["bounds"] = json!(samples::usual());
        assert!(!text(&moved(&old, &new)).contains("declared:\nfirm limit"));
        new["bounds"] = json!(samples::bounds(
            memory_accounting::UsageExpr::config("entries", 2048),
            memory_accounting::UsageExpr::config("queue_bytes", 1 << 20)
        ));
        let moved = moved(&old, &new);
        assert!(text(&moved).contains("\n\ndeclared:\nfirm limit: 2.0 MiB → 3.0 MiB (+1.0 MiB, +50.0 %)\n"));
        assert!(markdown(&moved).contains("\n\n### Declared memory\n\nfirm limit: 2.0 MiB → 3.0 MiB"));
        let json = serde_json::to_value(&moved).unwrap();
        assert_eq!(json["declared"]["settings"][0]["new"], json!([2048]));
        assert_eq!(
            json["components"][0],
            json!({
                "component": "cache",
                "old": { "declared_bytes": 1000, "live_bytes": 1000, "reserved_bytes": 100, "peak_bytes": 2000 },
                "new": { "declared_bytes": 1000, "live_bytes": 3_000_000, "reserved_bytes": 100, "peak_bytes": 2000 },
                "allocated_bytes_per_second": 4096 * 60,
            })
        );
    }
}

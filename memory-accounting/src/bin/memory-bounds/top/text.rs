//! One reading as lines.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::screen::Room;
use crate::running::{Limiter, Status, Usage};
use crate::size::{bytes, size};
use crate::table::{Align, table as columns};

/// What stands where there is no number.
const NOTHING: &str = "–";

/// Lines beside the head and the components: an empty one, the header, the total, how many are not shown, and what the shell writes below.
const OTHERS: usize = 5;

/// The least of a name that is shown, in characters, however narrow the room.
const LEAST_NAME: usize = 12;

/// The process, the limit, and the components that hold or may hold something, at most `rows` of them, or as many as there is room for; what has
/// changed since `before`.
pub(super) fn table(
    status: &Status,
    before: Option<&Status>,
    rows: Option<usize>,
    room: Option<Room>,
) -> String {
    let head = head(status, room.map_or(usize::MAX, |room| room.width));
    let fitting = room.map(|room| room.height.saturating_sub(head.lines().count() + OTHERS).max(1));
    let rows = rows.or(fitting).unwrap_or(usize::MAX);
    let mut components = Vec::new();
    status.components.visit(&mut |usage| components.push(usage));
    components.retain(|usage| holds_or_may(usage));
    components.sort_by_key(|usage| Reverse(usage.live.map_or(0, |live| live.bytes)));
    let hidden = components.len().saturating_sub(rows);
    components.truncate(rows);

    let mut lines = lines(status, before, &components);
    if let Some(Room { width, .. }) = room {
        shorten_names(&mut lines, width);
    }
    let mut text = format!("{head}\n\n{}", columns(COLUMNS, &lines));
    if hidden > 0 {
        // Writing to a string cannot fail.
        _ = write!(text, "\nand {hidden} more");
    }
    text
}

const COLUMNS: [Align; 7] =
    [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left];

/// The header, the total, and a line for each of `components`.
fn lines(status: &Status, before: Option<&Status>, components: &[&Usage]) -> Vec<[String; 7]> {
    let live_before = before.map(live_by_name);
    let change = |name: &str, live: Option<usize>| match (&live_before, live) {
        (Some(before), Some(live)) => changed(before.get(name).copied().unwrap_or(0), live),
        _ => NOTHING.to_owned(),
    };
    let total = &status.components;
    let live = total.total_live.map(|live| live.bytes);
    let live_total_before = before.and_then(|before| before.components.total_live);
    let mut lines = vec![
        ["component", "declared", "reserved", "live", "peak", "change", ""].map(str::to_owned),
        [
            "total".to_owned(),
            declared(total.total_declared.firm_limit),
            known(total.total_reserved_bytes.filter(|bytes| *bytes > 0)),
            known(live),
            known(total.total_peak_bytes),
            live_total_before
                .zip(live)
                .map_or_else(|| NOTHING.to_owned(), |(before, live)| changed(before.bytes, live)),
            String::new(),
        ],
    ];
    lines.extend(components.iter().map(|usage| {
        let live = usage.live.map(|live| live.bytes);
        [
            if std::ptr::eq(*usage, total) { "(no component)".to_owned() } else { usage.name.clone() },
            declared(usage.declared.firm_limit),
            known(usage.reserved_bytes.filter(|bytes| *bytes > 0)),
            known(live),
            known(usage.peak_bytes),
            change(&usage.name, live),
            usage
                .over_bytes
                .filter(|over| *over > 0)
                .map_or_else(String::new, |over| format!("! {} over", size(Some(over)))),
        ]
    }));
    lines
}

/// Leaves out the beginning of names, so that all numbers are seen: what a component is called stands at the end.
fn shorten_names(lines: &mut [[String; 7]], width: usize) {
    let longest =
        |lines: &[[String; 7]]| lines.iter().map(|[name, ..]| name.chars().count()).max().unwrap_or(0);
    let taken = columns(COLUMNS, lines).lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let room = width.saturating_sub(taken.saturating_sub(longest(lines))).max(LEAST_NAME);
    for [name, ..] in lines {
        let length = name.chars().count();
        if length > room {
            *name = std::iter::once('…').chain(name.chars().skip(length - room + 1)).collect();
        }
    }
}

fn holds_or_may(usage: &Usage) -> bool {
    let holds =
        usage.live.is_some_and(|live| live.bytes > 0) || usage.reserved_bytes.is_some_and(|bytes| bytes > 0);
    holds || usage.declared.firm_limit != Some(0)
}

fn live_by_name(status: &Status) -> HashMap<&str, usize> {
    let mut live = HashMap::new();
    status.components.visit(&mut |usage| {
        live.insert(usage.name.as_str(), usage.live.map_or(0, |live| live.bytes));
    });
    live
}

/// On the process and on how near the limit is, in lines that are no longer than `width` where that can be.
fn head(status: &Status, width: usize) -> String {
    let seconds = status.process.uptime_ms / 1000;
    let mut parts = vec![
        format!("process {}", status.process.pid),
        format!("up {}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    ];
    parts.extend(status.resident_bytes.map(|resident| format!("{} resident", bytes(resident))));
    if let Some(limit) = &status.limit {
        parts.push(format!("limit {}, {} for components", bytes(limit.bytes), bytes(limit.effective_bytes)));
    }
    if let Some(Limiter { mode, level, waiting, .. }) = &status.limiter {
        parts.push(format!("limiter {mode}, {level}, {waiting} waiting"));
    }
    if !status.allocator_installed {
        parts.push("no tracking allocator, so what is live is not known".to_owned());
    }
    let mut text = String::new();
    let mut length = 0_usize;
    for part in parts {
        let fits = length + 2 + part.chars().count() < width;
        length = if fits { length + 2 } else { 0 } + part.chars().count();
        text.push_str(if text.is_empty() {
            ""
        } else if fits {
            "; "
        } else {
            ";\n"
        });
        text.push_str(&part);
    }
    text
}

fn declared(bytes: Option<usize>) -> String {
    if bytes == Some(0) { NOTHING.to_owned() } else { size(bytes) }
}

fn known(bytes: Option<usize>) -> String {
    bytes.map_or_else(|| NOTHING.to_owned(), |bytes| size(Some(bytes)))
}

fn changed(before: usize, now: usize) -> String {
    let by = size(Some(before.abs_diff(now)));
    match before.cmp(&now) {
        std::cmp::Ordering::Less => format!("+{by}"),
        std::cmp::Ordering::Equal => "0 B".to_owned(),
        std::cmp::Ordering::Greater => format!("−{by}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::running::tests::status_of;

    fn status(pid: u32, live: usize) -> Status {
        Status::parse(&status_of(pid, live).to_string()).unwrap()
    }

    #[test]
    fn components_are_listed_by_what_they_hold_and_add_up() {
        let expected = "\
process 7; up 1:02:05; limit 4.0 KiB, 2.0 KiB for components

component       declared  reserved    live     peak  change
total             1000 B     100 B  1.2 KiB  2.0 KiB  +200 B
cache             1000 B     100 B  1.2 KiB  2.0 KiB  +200 B  ! 300 B over
(no component)         –         –     30 B     40 B     0 B";
        let expected = expected.replace("reserved    live", "reserved     live");
        assert_eq!(table(&status(7, 1200), Some(&status(7, 1000)), None, None), expected);
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let text = table(&status(7, 20), None, Some(1), None);
        assert!(
            text.ends_with("\n(no component)         –         –  30 B     40 B       –\nand 1 more"),
            "{text}"
        );
    }

    #[test]
    fn all_numbers_are_seen_in_a_narrow_terminal() {
        let mut status = status_of(7, 800);
        status["components"]["subcomponents"][0]["name"] = "topology.sources.statsd.receive_buffer".into();
        let status = Status::parse(&status.to_string()).unwrap();
        let expected = "\
process 7; up 1:02:05;
limit 4.0 KiB, 2.0 KiB for components

component         declared  reserved   live     peak  change
total               1000 B     100 B  830 B  2.0 KiB       –
….receive_buffer    1000 B     100 B  800 B  2.0 KiB       –
and 1 more";
        assert_eq!(table(&status, None, None, Some(Room { width: 60, height: 8 })), expected);
    }
}

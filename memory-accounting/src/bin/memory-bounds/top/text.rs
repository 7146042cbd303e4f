//! One reading as lines.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::running::{Limiter, Status, Usage};
use crate::size::{bytes, size};
use crate::table::{Align, table as columns};

/// What stands where there is no number.
const NOTHING: &str = "–";

/// What there is room for on a terminal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) lines: usize,
    /// Letters of a line.
    pub(super) width: usize,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    /// Components, where somebody has said how many.
    pub(super) rows: Option<usize>,
    /// All of it, where it is drawn on a terminal.
    pub(super) room: Option<Room>,
}

/// Lines that are neither the head nor components: an empty one, the header, the total, what is not shown, and what the shell writes below.
const OTHERS: usize = 5;

/// The fewest letters of a component's name.
const LEAST_NAME: usize = 14;

/// The process, the limit, and the components that hold or may hold something; what has changed since `before`.
pub(super) fn table(status: &Status, before: Option<&Status>, shown: Shown) -> String {
    below(&head(status), status, before, shown)
}

/// The same of the `last` status there was, `age` ago, and why there is no newer one.
pub(super) fn without_answer(error: &str, age: Duration, last: &Status, shown: Shown) -> String {
    let seconds = age.as_secs();
    let mut parts =
        vec![format!("no answer, trying again; what follows is {seconds} s old"), error.to_owned()];
    parts.extend(head(last));
    below(&parts, last, None, shown)
}

/// The components below what `head` says.
fn below(head: &[String], status: &Status, before: Option<&Status>, shown: Shown) -> String {
    let head = wrapped(head, shown.room.map(|room| room.width));
    let head_lines = head.lines().count();
    let fitting = |room: Room| room.lines.saturating_sub(OTHERS.saturating_add(head_lines)).max(1);
    let rows = shown.rows.or_else(|| shown.room.map(fitting));
    let live_before = before.map(live_by_name);
    let change = |name: &str, live: Option<usize>| match (&live_before, live) {
        (Some(before), Some(live)) => changed(before.get(name).copied().unwrap_or(0), live),
        _ => NOTHING.to_owned(),
    };
    let mut components = Vec::new();
    status.components.visit(&mut |usage| components.push(usage));
    components.retain(|usage| holds_or_may(usage));
    components.sort_by_key(|usage| Reverse(usage.live.map_or(0, |live| live.bytes)));
    let hidden = components.len().saturating_sub(rows.unwrap_or(usize::MAX));
    components.truncate(rows.unwrap_or(usize::MAX));

    let total = &status.components;
    let live = total.total_live.map(|live| live.bytes);
    let live_total_before = before.and_then(|before| before.components.total_live);
    let mut lines = vec![
        ["component", "declared", "reserved", "live", "peak", "change", "over"].map(str::to_owned),
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
    lines.extend(components.into_iter().map(|usage| {
        let live = usage.live.map(|live| live.bytes);
        [
            if std::ptr::eq(usage, total) { "(no component)".to_owned() } else { usage.name.clone() },
            declared(usage.declared.firm_limit),
            known(usage.reserved_bytes.filter(|bytes| *bytes > 0)),
            known(live),
            known(usage.peak_bytes),
            change(&usage.name, live),
            usage.over_bytes.filter(|over| *over > 0).map_or_else(String::new, |over| size(Some(over))),
        ]
    }));
    if lines.iter().skip(1).all(|[.., over]| over.is_empty()) {
        for [.., over] in &mut lines {
            over.clear();
        }
    }
    if let Some(room) = shown.room {
        shorten_names(&mut lines, room.width);
    }
    let [left, right] = [Align::Left, Align::Right];
    let mut text = format!("{head}\n\n{}", columns([left, right, right, right, right, right, right], &lines));
    if hidden > 0 {
        // Writing to a string cannot fail.
        _ = write!(text, "\nand {hidden} more");
    }
    text
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

/// Cuts off the beginning of names, of which the end tells more, so that the lines are no longer than `width`.
fn shorten_names(lines: &mut [[String; 7]], width: usize) {
    let widest = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    // Two spaces stand in front of each column.
    let numbers: usize = (1..7).map(|column| widest(column).saturating_add(2)).sum();
    let room = width.saturating_sub(numbers).max(LEAST_NAME);
    for [name, ..] in lines {
        let letters = name.chars().count();
        if letters > room {
            let end: String = name.chars().skip(letters.saturating_sub(room.saturating_sub(1))).collect();
            *name = format!("…{end}");
        }
    }
}

/// The parts of a sentence in lines of at most `width` letters, in one where nothing is said of it.
fn wrapped(parts: &[String], width: Option<usize>) -> String {
    let Some(width) = width else { return parts.join("; ") };
    let (mut lines, mut line) = (Vec::new(), String::new());
    for (index, part) in parts.iter().enumerate() {
        let end = if index.saturating_add(1) < parts.len() { ";" } else { "" };
        let part = format!("{part}{end}");
        let is_whole = line.is_empty()
            || line.chars().count().saturating_add(part.chars().count()).saturating_add(1) <= width;
        if !is_whole {
            lines.push(std::mem::take(&mut line));
        }
        for word in part.split(' ') {
            let letters = line.chars().count().saturating_add(word.chars().count()).saturating_add(1);
            if !line.is_empty() && letters > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.push(line);
    lines.join("\n")
}

/// What is said of the process and of how near the limit is.
fn head(status: &Status) -> Vec<String> {
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
    parts
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

component       declared  reserved    live     peak  change   over
total             1000 B     100 B  1.2 KiB  2.0 KiB  +200 B
cache             1000 B     100 B  1.2 KiB  2.0 KiB  +200 B  300 B
(no component)         –         –     30 B     40 B     0 B";
        let expected = expected.replace("reserved    live", "reserved     live");
        assert_eq!(table(&status(7, 1200), Some(&status(7, 1000)), Shown::default()), expected);
    }

    #[test]
    fn nothing_is_cut_off_in_80_columns() {
        let mut told = status_of(7, 1200);
        told["allocator_installed"] = false.into();
        told["limiter"] = serde_json::json!({ "mode": "enforce", "level": "hard", "waiting": 3 });
        told["components"]["subcomponents"][0]["name"] = "pipeline.events.enrichment.geography.cache".into();
        let status = Status::parse(&told.to_string()).unwrap();
        let shown = Shown { rows: None, room: Some(Room { lines: 24, width: 80 }) };
        let text = table(&status, None, shown);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let head = "\
process 7; up 1:02:05; limit 4.0 KiB, 2.0 KiB for components;
limiter enforce, hard, 3 waiting;
no tracking allocator, so what is live is not known

component";
        assert!(text.starts_with(head), "{text}");
        let line = "\n…enrichment.geography.cache    1000 B     100 B  1.2 KiB  2.0 KiB       –  300 B\n";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn the_last_numbers_stay_with_their_age_where_there_is_no_answer() {
        let error = "http://127.0.0.1:8126/memory/status.json cannot be asked: connection refused; is the program running, and does it listen there?";
        let shown = Shown { rows: None, room: Some(Room { lines: 24, width: 60 }) };
        let text = without_answer(error, Duration::from_millis(12_900), &status(7, 1200), shown);
        let head = "\
no answer, trying again; what follows is 12 s old;
http://127.0.0.1:8126/memory/status.json cannot be asked:
connection refused; is the program running, and does it
listen there?; process 7; up 1:02:05;
limit 4.0 KiB, 2.0 KiB for components

component";
        assert!(text.starts_with(head), "{text}");
        assert!(text.contains("\ncache "), "{text}");
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let text = table(&status(7, 20), None, Shown { rows: Some(1), room: None });
        assert!(
            text.ends_with("\n(no component)         –         –  30 B     40 B       –\nand 1 more"),
            "{text}"
        );
    }
}

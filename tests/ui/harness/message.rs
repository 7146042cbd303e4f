//! What the compiler says, without what differs between machines and versions of other crates.
//!
//! The outcome is that of `trybuild`, whose files could be taken over, and which compares the programs in `smoke` with the same files.

use std::path::Path;

/// The message about a program in `folder` as it is kept: without the compiler's closing remarks, and with places in other files told by
/// `$WORKSPACE`, `$CARGO` or `$RUST`, without line numbers.
pub(crate) fn as_kept(said: &str, folder: &str) -> String {
    let mut kept = Vec::new();
    let mut blank_numbers = false;
    for line in said.lines().filter(|line| !is_closing_remark(line)) {
        let mut line = line.trim_end().to_owned();
        if let Some((arrow, place)) = split_place(&line) {
            let own = place.strip_prefix(folder);
            blank_numbers = own.is_none();
            line = match own {
                Some(own) => format!("{arrow}{}", own.trim_start_matches(['/', '\\'])),
                None => format!("{arrow}{}", without_numbers(&elsewhere(place))),
            };
        } else if blank_numbers && line.trim_start().starts_with(|first: char| "0123456789|.".contains(first))
        {
            line = blank_number(&line);
        } else {
            blank_numbers = false;
            line = others_uncounted(line);
        }
        // Remarks leave blank lines behind.
        if !(line.is_empty() && kept.last().is_none_or(String::is_empty)) {
            kept.push(line);
        }
    }
    while kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    without_common_indents(&kept).iter().fold(String::new(), |text, line| text + line + "\n")
}

/// What is said of all errors together, and where a long name was written to.
fn is_closing_remark(line: &str) -> bool {
    let starts = [
        "= note: the full name for the type has been written to",
        "= note: the full type name has been written to",
        "error: aborting due to ",
        "For more information about this error, try",
        "For more information about an error, try",
        "Some errors have detailed explanations:",
    ];
    starts.iter().any(|start| line.trim_start().starts_with(start))
}

/// Splits ` --> src/lib.rs:1:2` behind its arrow.
fn split_place(line: &str) -> Option<(&str, &str)> {
    let start = line.trim_start();
    let arrow = line.len() - start.len() + "--> ".len();
    (start.starts_with("--> ") || start.starts_with("::: ")).then(|| line.split_at(arrow))
}

/// A place that is not in the program itself.
fn elsewhere(place: &str) -> String {
    // The compiler names what is in the workspace from the folder that Cargo starts it in.
    if !Path::new(place).is_absolute() {
        return format!("$WORKSPACE/{place}");
    }
    if let Some((_, rest)) = place.split_once("/rustlib/src/rust/library/") {
        return format!("$RUST/{rest}");
    }
    if let Some((_, rest)) = place.strip_prefix("/rustc/").and_then(|rest| rest.split_once("/library/")) {
        return format!("$RUST/{rest}");
    }
    // …/registry/src/index.crates.io-0123456789abcdef/serde-1.0.228/src/lib.rs
    let in_registry = place.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    if let Some((package, rest)) = in_registry.and_then(|(_, rest)| rest.split_once('/')) {
        let name = package.split_once('.').and_then(|(start, _)| start.rsplit_once('-'));
        return format!("$CARGO/{}-$VERSION/{rest}", name.map_or(package, |(name, _)| name));
    }
    place.to_owned()
}

/// `lib.rs:22:29` without its line and column.
fn without_numbers(place: &str) -> String {
    let digits_and_colons = |character: char| character.is_ascii_digit() || character == ':';
    place.trim_end_matches(digits_and_colons).to_owned()
}

/// `10 | code` without its number.
fn blank_number(line: &str) -> String {
    let code = line.find(|character: char| !" 0123456789".contains(character)).unwrap_or(line.len());
    let (number, code) = line.split_at(code);
    format!("{:1$}{code}", "", number.len())
}

/// `and 12 others`, where how many depends on other crates.
fn others_uncounted(line: String) -> String {
    let start = line.trim_start();
    let number = start.strip_prefix("and ").and_then(|rest| rest.strip_suffix(" others"));
    match number {
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{}and $N others", &line[..line.len() - start.len()])
        }
        _ => line,
    }
}

/// Every part with its gutter as narrow as it can be: its width comes from the longest line number, which may have been blanked.
fn without_common_indents(lines: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = lines;
    while let Some((first, behind)) = rest.split_first() {
        kept.push(first.clone());
        rest = behind;
        let heads = ["error", "warning", "note: "].iter().any(|start| first.starts_with(start));
        if !heads || behind.first().is_none_or(|line| split_place(line).is_none()) {
            continue;
        }
        let length = behind.iter().take_while(|line| in_part(line)).count();
        let (part, behind) = behind.split_at(length);
        let least = part.iter().filter_map(|line| gutter(line)).min().unwrap_or(0);
        kept.extend(part.iter().map(|line| narrowed(line, least)));
        rest = behind;
    }
    kept
}

/// Whether the line goes on with what a heading began.
fn in_part(line: &str) -> bool {
    gutter(line).is_some() || is_inner_note(line) || line.starts_with("           ")
}

fn is_inner_note(line: &str) -> bool {
    line == "..." || line.starts_with("note:") || line.starts_with("help:")
}

/// How many spaces the line could lose: `10  | code` one, `   --> place` two.
fn gutter(line: &str) -> Option<usize> {
    let code = line.trim_start_matches([' ', '.']).trim_start_matches(|digit: char| digit.is_ascii_digit());
    let rest = code.trim_start();
    let spaces = line[..line.len() - rest.len()].bytes().filter(|byte| *byte == b' ').count();
    let starts = ["| ", "--> ", "::: ", "= ", "~ ", "+ ", "- "];
    let is_code = rest == "|" || starts.iter().any(|start| rest.starts_with(start));
    (is_code && spaces > 0).then(|| spaces - 1)
}

fn narrowed(line: &str, spaces: usize) -> String {
    if is_inner_note(line) {
        return line.to_owned();
    }
    match line.find(' ') {
        Some(space) => format!("{}{}", &line[..space], line.get(space + spaces..).unwrap_or_default()),
        None => line.to_owned(),
    }
}

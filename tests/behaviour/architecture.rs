//! Who uses whom, held to what ARCHITECTURE.md says.
//!
//! ARCHITECTURE.md has a block of arrows for each crate, `module → what it may use`. This reads the paths that the sources write, in `use`
//! lines, inside of macros and elsewhere, and compares: what is used must be in the block, what is in the block must be used, and no arrow may lead back.

mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use self::paths::paths_of;

/// Arrows from a room to those it uses. A room is a module with everything in it that is no room of its own.
type Arrows = BTreeMap<String, BTreeSet<String>>;

const ARROW: &str = "→";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The arrows of the block that is marked with the name of the crate.
fn documented(architecture: &str, crate_name: &str) -> Arrows {
    let start = format!("```text arrows of {crate_name}\n");
    let (_, block) = architecture.split_once(&start).unwrap_or_else(|| panic!("no block `{start}`"));
    let (block, _) = block.split_once("```").expect("the end of the block");
    let lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (room, used) = line.split_once(ARROW).unwrap_or((line, ""));
            (room.trim().to_owned(), used.split_whitespace().map(str::to_owned).collect())
        })
        .collect()
}

/// All source files of the crate, each with the path of its module.
fn sources(root: &Path) -> Vec<(Vec<String>, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![(Vec::new(), root.to_owned())];
    while let Some((module, folder)) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let mut inside = module.clone();
            inside.push(name);
            // Programs use the library as any other does.
            if path.is_dir() && inside != ["bin"] {
                folders.push((inside, path));
            } else if path.extension().is_some_and(|extension| extension == "rs") && inside != ["lib"] {
                found.push((inside, path));
            }
        }
    }
    found
}

/// The room that a path leads to: the longest that it begins with.
fn room_of<'a>(rooms: &'a Arrows, path: &[String]) -> Option<&'a str> {
    let names = (1..=path.len()).rev().map(|length| path[..length].join("::"));
    names.into_iter().find_map(|name| rooms.get_key_value(&name).map(|(room, _)| room.as_str()))
}

/// The arrows that the sources of a crate draw, and what is wrong with their paths.
fn drawn(sources_in: &Path, rooms: &Arrows) -> (Arrows, String) {
    let mut arrows: Arrows = rooms.keys().map(|room| (room.clone(), BTreeSet::new())).collect();
    let mut mistakes = String::new();
    for (module, file) in sources(sources_in) {
        let name = module.join("::");
        let is_contents = rooms.keys().any(|room| room.starts_with(&format!("{name}::")));
        // A table of contents exports what is in its rooms.
        if is_contents || module.iter().any(|name| name == "tests") {
            continue;
        }
        let Some(room) = room_of(rooms, &module) else {
            writeln!(mistakes, "{name} is in no room").expect("a string");
            continue;
        };
        let source = fs::read_to_string(&file).expect("a source file");
        for path in paths_of(&source, module) {
            match room_of(rooms, &path) {
                Some(used) if used == room => {}
                Some(used) => arrows.get_mut(room).expect("a room").extend([used.to_owned()]),
                None => {
                    let path = path.join("::");
                    writeln!(mistakes, "{name} names the crate root: crate::{path}").expect("a string");
                }
            }
        }
    }
    (arrows, mistakes)
}

/// Rooms on a way that leads back to where it began.
fn cycle(arrows: &Arrows) -> Option<Vec<String>> {
    let mut left: BTreeSet<&String> = arrows.keys().collect();
    loop {
        let before = left.len();
        let without_use = |room: &&String| arrows[*room].iter().all(|used| !left.contains(used));
        let done: Vec<_> = left.iter().copied().filter(without_use).collect();
        for room in done {
            left.remove(room);
        }
        if left.is_empty() {
            return None;
        }
        if left.len() == before {
            return Some(left.into_iter().cloned().collect());
        }
    }
}

fn differences(documented: &Arrows, drawn: &Arrows) -> String {
    let mut differences = String::new();
    for (room, used) in drawn {
        let allowed = documented.get(room).expect("rooms are those of the documentation");
        for forbidden in used.difference(allowed) {
            writeln!(differences, "{room} uses {forbidden}, and may not").expect("a string");
        }
        for unused in allowed.difference(used) {
            writeln!(differences, "{room} does not use {unused}").expect("a string");
        }
    }
    differences
}

fn check(crate_name: &str) {
    let architecture = fs::read_to_string(workspace().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let documented = documented(&architecture, crate_name);
    let (drawn, mistakes) = drawn(&workspace().join(crate_name).join("src"), &documented);
    let differences = differences(&documented, &drawn);
    assert!(
        mistakes.is_empty() && differences.is_empty(),
        "{crate_name} and its arrows in ARCHITECTURE.md differ:\n{mistakes}{differences}"
    );
    assert_eq!(cycle(&documented), None, "arrows lead back");
}

#[test]
fn the_runtime_uses_what_its_architecture_says() {
    check("memory-accounting");
}

#[test]
fn the_derive_uses_what_its_architecture_says() {
    check("memory-accounting-derive");
}

#[test]
fn an_arrow_that_leads_back_is_found() {
    let arrows = |text: &str| documented(&format!("```text arrows of x\n{text}\n```"), "x");
    assert_eq!(cycle(&arrows("a → b c\nb → c\nc")), None);
    let back = cycle(&arrows("a → b\nb → c\nc → b\nd"));
    assert_eq!(back, Some(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]));
}

#[test]
fn an_arrow_too_many_and_one_too_few_are_told() {
    let arrows = |text: &str| documented(&format!("```text arrows of x\n{text}\n```"), "x");
    let told = differences(&arrows("a → b\nb\nc"), &arrows("a → c\nb\nc"));
    assert_eq!(told, "a uses c, and may not\na does not use b\n");
}

//! Who uses whom, held to what ARCHITECTURE.md says.
//!
//! ARCHITECTURE.md has a block of arrows for each crate, `module → what it may use`. This reads the paths that the sources write, in `use`
//! lines and elsewhere, and compares: what is used must be in the block, what is in the block must be used, and no arrow may lead back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

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
            if path.is_dir() {
                folders.push((inside, path));
            } else if path.extension().is_some_and(|extension| extension == "rs") && inside != ["lib"] {
                found.push((inside, path));
            }
        }
    }
    found
}

/// Collects the paths that a file writes, from the crate's root on, outside of its tests.
struct Paths {
    module: Vec<String>,
    found: BTreeSet<Vec<String>>,
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
        }
        _ => false,
    })
}

impl Paths {
    /// `None` for a path that begins elsewhere: in another crate, or in what is imported.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&self.module, rest].concat()),
            "super" => {
                let supers = path.iter().take_while(|segment| *segment == "super").count();
                let above = self.module.len().checked_sub(supers)?;
                Some([&self.module[..above], &path[supers..]].concat())
            }
            _ => None,
        }
    }

    fn add(&mut self, path: &[String]) {
        self.found.extend(self.absolute(path));
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) if name.ident == "self" => self.add(before),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.add(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.add_tree(&[], &item.tree);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            // What a module within a file writes begins one deeper.
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {
        // Says who may use the item, not what it uses.
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }
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
        let mut paths = Paths { module: module.clone(), found: BTreeSet::new() };
        paths.visit_file(&syn::parse_file(&source).expect("Rust"));
        for path in paths.found {
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
fn every_way_of_writing_a_path_is_seen() {
    let source = "
        use crate::a::{self, b::C};
        use super::d;
        use super::super::e as f;
        #[cfg(test)]
        use crate::never;
        pub(super) fn g() -> crate::h::I { self::j(std::iter::empty()) }
        mod k { use super::l; }
        #[cfg(all(test, not(loom)))]
        mod tests { use crate::never; }
    ";
    let module = vec!["outer".to_owned(), "inner".to_owned()];
    let mut paths = Paths { module, found: BTreeSet::new() };
    paths.visit_file(&syn::parse_file(source).expect("Rust"));
    let found: Vec<String> = paths.found.iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a", "a::b::C", "e", "h::I", "outer::d", "outer::inner::j", "outer::inner::l"]);
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

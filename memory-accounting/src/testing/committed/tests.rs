//! The file as it is missing, written, held against and refused.

use std::path::PathBuf;

use super::*;
use crate::bounds::{MemoryBounds, MemoryBoundsBuilder};
use crate::expr::UsageExpr;

struct Cache {
    entries: usize,
}

impl MemoryBounds for Cache {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let entry = UsageExpr::StructSize { name: "Entry".to_owned(), value: 64 };
        let entries = UsageExpr::config("entries", self.entries);
        builder.subcomponent("cache").firm().with_named_expr("table", UsageExpr::product("", entry, entries));
    }
}

fn cache(entries: usize) -> ComponentBounds {
    ComponentBounds::of(&Cache { entries })
}

const HOW: &str = "to accept what is declared, run this test with UPDATE_BOUNDS=1, as in `UPDATE_BOUNDS=1 cargo test caches::grow`, \
                   and commit the file";

/// A folder that is there for one test, and the file in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(env::temp_dir().join(format!("memory-accounting-{}-{name}", std::process::id())))
    }

    fn file(&self) -> PathBuf {
        self.0.join("tests/bounds.json")
    }

    fn hold(&self, bounds: &ComponentBounds, update: Update) -> Result<(), String> {
        let how = update.how(Some("caches::grow"));
        held_against(&self.file(), Path::new("tests/bounds.json"), bounds, update, &how)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_that_is_missing_is_written_when_asked_for_and_holds_then() {
    let folder = Folder::new("missing");
    let missing = format!("there is no tests/bounds.json yet\n{HOW}");
    assert_eq!(folder.hold(&cache(8), Update::Unasked), Err(missing));
    assert!(!folder.file().exists());
    assert_eq!(folder.hold(&cache(8), Update::Asked), Ok(()));
    assert_eq!(folder.hold(&cache(8), Update::Unasked), Ok(()));
    assert_eq!(
        fs::read_to_string(folder.file()).unwrap(),
        r#"{
  "root": {},
  "cache": {
    "firm": [
      {
        "label": "table",
        "expr": {
          "type": "Product",
          "values": [
            {
              "type": "StructSize",
              "name": "Entry",
              "value": 64
            },
            {
              "type": "Config",
              "name": "entries",
              "value": 8
            }
          ]
        }
      }
    ]
  }
}
"#
    );
}

#[test]
fn what_has_changed_is_said_until_it_is_accepted() {
    let folder = Folder::new("changed");
    assert_eq!(folder.hold(&cache(8), Update::Asked), Ok(()));
    let changed = "what is declared is not what tests/bounds.json says\n\
                   firm limit: 512 B → 640 B (+128 B, +25.0 %)\n\
                   minimum: 0 B, as before\n\n\
                   component       before  after  change\n\
                   cache            512 B  640 B  +128 B\n\
                   \u{20}\u{20}· table firm   512 B  640 B  +128 B\n\n\
                   setting        before  after  change\n\
                   cache:entries       8     10\n\n";
    assert_eq!(folder.hold(&cache(10), Update::Unasked), Err(format!("{changed}{HOW}")));
    let refused =
        "UPDATE_BOUNDS writes nothing where CI is set: run the test with it where the file is committed from";
    assert_eq!(folder.hold(&cache(10), Update::Refused), Err(format!("{changed}{refused}")));
    assert_eq!(folder.hold(&cache(8), Update::Refused), Ok(()));
    assert_eq!(folder.hold(&cache(10), Update::Asked), Ok(()));
    assert_eq!(folder.hold(&cache(10), Update::Unasked), Ok(()));
}

#[test]
fn what_a_merge_left_in_pieces_is_written_anew() {
    let folder = Folder::new("pieces");
    assert_eq!(folder.hold(&cache(8), Update::Asked), Ok(()));
    fs::write(folder.file(), "{\n<<<<<<< HEAD\n").unwrap();
    let pieces = "tests/bounds.json holds no bounds: key must be a string at line 2 column 1\n";
    assert_eq!(folder.hold(&cache(8), Update::Unasked), Err(format!("{pieces}{HOW}")));
    assert_eq!(folder.hold(&cache(8), Update::Asked), Ok(()));
    assert_eq!(folder.hold(&cache(8), Update::Unasked), Ok(()));
}

#[test]
fn how_the_file_is_formatted_does_not_matter() {
    let folder = Folder::new("formatted");
    assert_eq!(folder.hold(&cache(8), Update::Asked), Ok(()));
    fs::write(folder.file(), serde_json::to_string(&cache(8)).unwrap()).unwrap();
    assert_eq!(folder.hold(&cache(8), Update::Unasked), Ok(()));
}

#[test]
fn what_declares_nothing_guards_nothing() {
    let folder = Folder::new("nothing");
    let nothing = Err("nothing is declared that tests/bounds.json could be held against".to_owned());
    assert_eq!(folder.hold(&ComponentBounds::default(), Update::Asked), nothing);
    assert!(!folder.file().exists());
}

#[test]
fn what_cannot_be_written_says_why() {
    let folder = Folder::new("folder");
    fs::create_dir_all(folder.file()).unwrap();
    let message = folder.hold(&cache(8), Update::Asked).unwrap_err();
    assert!(message.starts_with("tests/bounds.json cannot be written: "), "{message}");
    let message = folder.hold(&cache(8), Update::Unasked).unwrap_err();
    assert!(message.starts_with("tests/bounds.json cannot be read: "), "{message}");
}

#[test]
fn nothing_is_written_unasked_or_in_ci() {
    let asked_for = |variables: &[(&str, &str)]| {
        Update::asked_for(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
    };
    assert_eq!(asked_for(&[]), Update::Unasked);
    assert_eq!(asked_for(&[("UPDATE_BOUNDS", "0")]), Update::Unasked);
    assert_eq!(asked_for(&[("CI", "true")]), Update::Unasked);
    assert_eq!(asked_for(&[("UPDATE_BOUNDS", "1")]), Update::Asked);
    assert_eq!(asked_for(&[("UPDATE_BOUNDS", "1"), ("CI", "false")]), Update::Asked);
    assert_eq!(asked_for(&[("UPDATE_BOUNDS", "1"), ("CI", "true")]), Update::Refused);
    assert_eq!(
        Update::Unasked.how(None),
        "to accept what is declared, run this test with UPDATE_BOUNDS=1, as in `UPDATE_BOUNDS=1 cargo test`, and commit the file"
    );
}

//! The versions that the documentation of `Container` names.

use std::fs;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The versions of a crate in the lock file, with which the proofs run.
fn locked<'a>(lock: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!("name = \"{name}\"\nversion = \"");
    lock.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Where a crate has several, as its dependents ask for, one of them is the one of the rules.
#[test]
fn the_documentation_names_the_versions_that_are_proved() {
    let lock = fs::read_to_string(format!("{FOLDER}/Cargo.lock")).unwrap();
    let source = fs::read_to_string(format!("{FOLDER}/memory-accounting/src/container.rs")).unwrap();
    let (_, section) = source.split_once("# What they were proved with").unwrap();
    let (section, _) = section.split_once("/// # ").unwrap();
    for name in [
        "async-channel",
        "crossbeam-channel",
        "flume",
        "hashbrown",
        "indexmap",
        "lru",
        "slab",
        "smallvec",
        "tokio",
    ] {
        let (_, named) = section.split_once(&format!("`{name}` ")).unwrap();
        let named = named.split('`').next().unwrap();
        let locked = locked(&lock, name);
        assert!(locked.iter().any(|version| named.contains(version)), "{name} {locked:?}: {named}");
    }
}

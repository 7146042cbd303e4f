//! Messages name the versions of other crates that the library has rules for.

use std::fs;
use std::path::Path;

/// The crates that a message names, and where it is written.
const NAMED: [(&str, &[&str]); 4] = [
    (
        "memory-accounting/src/container.rs",
        &[
            "async-channel",
            "crossbeam-channel",
            "flume",
            "hashbrown",
            "indexmap",
            "lru",
            "parking_lot",
            "slab",
            "smallvec",
            "tokio",
        ],
    ),
    ("memory-accounting/src/bounds.rs", &["hashbrown", "indexmap", "parking_lot", "tokio"]),
    ("memory-accounting/src/config_value.rs", &["bytesize"]),
    ("memory-accounting-derive/src/check/settings.rs", &["bytesize"]),
];

#[test]
fn messages_name_the_versions_that_there_are_rules_for() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let read = |path: &str| fs::read_to_string(workspace.join(path)).unwrap();
    let manifest = read("Cargo.toml");
    for (source, crates) in NAMED {
        let text = read(source);
        for name in crates {
            let quoted = format!("`{name}` ");
            let said: Vec<&str> = text
                .lines()
                .filter(|line| line.contains("feature"))
                .flat_map(|line| line.split(&quoted).skip(1))
                .filter_map(|behind| behind.split([' ', ',']).next())
                .filter(|word| word.starts_with(|first: char| first.is_ascii_digit()))
                .collect();
            let right = compatible(&manifest, name);
            assert!(
                !said.is_empty() && said.iter().all(|version| **version == right),
                "{source}: there are rules for `{name}` {right}, and the messages name {said:?}"
            );
        }
    }
}

/// What all versions have in common that are compatible with the one in the manifest: `2` of `2.2.6`, `0.12` of `0.12.1`.
fn compatible(manifest: &str, name: &str) -> String {
    let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
    let version = line.split('"').nth(1).unwrap();
    let parts: Vec<&str> = version.split('.').collect();
    if parts[0] == "0" { parts[..2].join(".") } else { parts[0].to_owned() }
}

//! The table of how tight the rules are, in the documentation of `Container`.

use std::fmt::Write as _;
use std::{env, fs};

use crate::{
    async_channels, caches, channels, crossbeam_channel, flume_channels, hash_tables, index_maps, owners,
    pointers, sequences, tokio_channels, trees,
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../memory-accounting/src/container/tightness.md");

fn table() -> String {
    let mut table = String::from(
        "| container | rule | bound / truth at worst | where | at worst from 64 items |\n|---|---|---|---|---|\n",
    );
    let proofs = [
        sequences::proofs(),
        sequences::proofs_of_other_crates(),
        hash_tables::proofs(),
        hash_tables::proofs_of_hashbrown(),
        index_maps::proofs(),
        caches::proofs(),
        trees::proofs(),
        channels::proofs(),
        crossbeam_channel::proofs(),
        async_channels::proofs(),
        flume_channels::proofs(),
        tokio_channels::proofs(),
        owners::proofs(),
        pointers::proofs(),
    ];
    for rule in proofs.into_iter().flatten() {
        let (worst, of_many) = (rule.worst, rule.worst_of_many);
        let line = (rule.container, rule.rule, worst.ratio(), worst.place(), of_many.ratio());
        writeln!(table, "| {} | {} | {:.2} | {} | {:.2} |", line.0, line.1, line.2, line.3, line.4).unwrap();
    }
    table
}

#[test]
fn the_documentation_says_how_tight_the_rules_are() {
    // Tables and nodes of words of 32 bits are a little other, and how tight their rules are is only held against a goal.
    if cfg!(not(target_pointer_width = "64")) {
        return;
    }
    let table = table();
    if env::var_os("TIGHTNESS").is_some_and(|wish| wish == "overwrite") {
        fs::write(FILE, &table).unwrap();
    }
    let written = fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        written == table,
        "the table is out of date; rewrite it with\n\
         TIGHTNESS=overwrite cargo test -p memory-accounting-tests --test container_proofs\n{table}"
    );
}

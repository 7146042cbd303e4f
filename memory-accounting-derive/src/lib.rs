//! `#[derive(MemoryBounds)]` for the `memory-accounting` crate.

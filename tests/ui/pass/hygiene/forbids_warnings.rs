//! No code, generated or not, may allow what the crate forbids.
#![deny(forbidden_lint_groups)]
#![forbid(warnings)]

use memory_accounting::MemoryBounds;

#[deprecated]
#[derive(MemoryBounds)]
pub struct Old<'a, T> {
    #[bounds(bytes)]
    pub r#size: usize,
    #[bounds(per_item = "size", minimum)]
    pub items: Vec<&'a T>,
}

#[derive(MemoryBounds)]
pub struct New {
    #[deprecated]
    #[bounds(bytes)]
    pub size: usize,
}

fn main() {}

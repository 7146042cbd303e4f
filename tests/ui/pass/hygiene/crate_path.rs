#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

mod reexport {
    pub use memory_accounting as accounting;
}

#[derive(MemoryBounds)]
#[bounds(crate = crate::reexport::accounting)]
struct Settings {
    #[bounds(bytes)]
    size: usize,
}

#[derive(MemoryBounds)]
#[bounds(crate = "reexport::accounting")]
struct Quoted {
    #[bounds(bytes)]
    size: usize,
}

fn main() {
    let component = Settings { size: 1 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1);
    let component = Quoted { size: 1 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1);
}

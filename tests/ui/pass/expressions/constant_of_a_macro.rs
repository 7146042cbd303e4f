//! Whoever reads a report does not know which crate a macro belongs to.

use memory_accounting::{ComponentBounds, MemoryBounds};

pub const LIMIT: usize = 4;

pub struct Slot;

macro_rules! buffered {
    ($name:ident) => {
        #[derive(MemoryBounds)]
        struct $name {
            #[bounds(bytes = $crate::LIMIT * size_of::<$crate::Slot>() + $crate::limits::SPARE)]
            buffer: Vec<u8>,
        }
    };
}

mod limits {
    pub const SPARE: usize = 3;
}

buffered!(Aggregator);

fn main() {
    let bounds = ComponentBounds::of(&Aggregator { buffer: Vec::new() });
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "LIMIT=4 * size(Slot)=0 + limits::SPARE=3");
}

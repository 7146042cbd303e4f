#![deny(warnings)]

use memory_accounting::{ComponentBounds, MemoryBounds};

/// The type itself is deprecated.
#[deprecated]
#[derive(MemoryBounds)]
pub struct Old {
    #[bounds(bytes)]
    size: usize,
}

/// It uses what is, and is allowed to.
#[allow(deprecated)]
#[derive(MemoryBounds)]
pub struct New {
    #[bounds(subcomponent)]
    old: Old,
    marker: Option<Marker>,
}

#[deprecated]
#[derive(Clone, Copy)]
pub struct Marker;

/// A variant and a field are.
#[derive(MemoryBounds)]
pub enum Either {
    #[deprecated]
    Old {
        #[bounds(bytes)]
        size: usize,
    },
    New {
        #[deprecated]
        #[bounds(bytes)]
        size: usize,
    },
}

#[allow(deprecated)]
fn main() {
    let new = New { old: Old { size: 10 }, marker: Some(Marker) };
    assert_eq!(ComponentBounds::of(&new).total_firm_limit_bytes(), 10);
    for either in [Either::Old { size: 10 }, Either::New { size: 10 }] {
        assert_eq!(ComponentBounds::of(&either).total_firm_limit_bytes(), 10);
    }
}

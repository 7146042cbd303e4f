#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

pub mod inner {
    #[derive(memory_accounting::MemoryBounds)]
    pub(in crate::inner) struct Hidden {
        #[bounds(bytes)]
        pub(super) size: usize,
    }

    #[derive(memory_accounting::MemoryBounds)]
    pub struct Open {
        #[bounds(bytes)]
        size: usize,
        #[bounds(subcomponent)]
        hidden: Hidden,
    }

    pub fn open() -> Open {
        Open { size: 1, hidden: Hidden { size: 2 } }
    }
}

fn main() {
    let component = inner::open();
    let _: &dyn MemoryBounds = &component;
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3);
}

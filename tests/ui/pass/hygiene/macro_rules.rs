#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

macro_rules! component {
    ($name:ident, $field:ident: $ty:ty, $count:expr, $size:literal) => {
        #[derive(MemoryBounds)]
        struct $name {
            #[bounds(per_item = $count * $size)]
            $field: $ty,
        }
    };
}

component!(Queue, items: Vec<u16>, 2 + 3, 10);

fn main() {
    let component = Queue { items: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), (2 + 3) * 10 * 2);
}

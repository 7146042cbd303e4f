#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Inner {
    #[bounds(bytes)]
    size: usize,
}

#[derive(MemoryBounds)]
enum Either {
    One(#[bounds(subcomponent = "one")] Inner),
    Two {
        times: usize,
        #[bounds(subcomponent, times = times)]
        two: Inner,
    },
}

fn main() {
    let component = Either::One(Inner { size: 5 });
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 5);
    let component = Either::Two { times: 3, two: Inner { size: 5 } };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 15);
}

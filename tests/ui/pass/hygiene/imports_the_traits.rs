// What a field needs stands in a `where` clause at the field, and is no path of the user's that could be shorter.
#![deny(warnings, unused_qualifications)]

use memory_accounting::{ComponentBounds, ConfigValue, Container, MemoryBounds};

#[derive(MemoryBounds)]
struct Stage<C, D, N> {
    #[bounds(per_item = 2)]
    queue: C,
    #[bounds(subcomponent)]
    next: D,
    #[bounds(bytes)]
    buffer: N,
}

fn bytes(component: &Stage<impl Container, impl MemoryBounds, impl ConfigValue>) -> usize {
    ComponentBounds::of(component).total_firm_limit_bytes()
}

fn main() {
    let component = Stage { queue: vec![3_u8], next: None::<Box<dyn MemoryBounds>>, buffer: 5_u16 };
    assert_eq!(bytes(&component), 2 + 5);
}

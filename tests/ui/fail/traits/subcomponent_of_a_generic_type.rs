use memory_accounting::{ComponentBounds, MemoryBounds};

struct Slot<T>(T);

#[derive(MemoryBounds)]
struct Pool<T> {
    size: usize,
    #[bounds(subcomponent)]
    first: Slot<T>,
}

fn main() {
    ComponentBounds::of(&Pool { size: 3, first: Slot(4_u8) });
}

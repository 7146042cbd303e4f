use memory_accounting::{ComponentBounds, MemoryBounds};

mod inner {
    #[derive(memory_accounting::MemoryBounds)]
    pub struct Buffer<T> {
        #[bounds(subcomponent)]
        pub item: T,
    }
}

#[derive(MemoryBounds)]
struct Buffer<T> {
    #[bounds(subcomponent)]
    inner: inner::Buffer<T>,
}

#[derive(MemoryBounds)]
struct Item {
    #[bounds(bytes)]
    size: usize,
}

fn main() {
    let buffer = Buffer { inner: inner::Buffer { item: Item { size: 10 } } };
    assert_eq!(ComponentBounds::of(&buffer).total_firm_limit_bytes(), 10);
}

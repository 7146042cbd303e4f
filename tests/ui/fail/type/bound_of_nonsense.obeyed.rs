use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "pages", bytes = 4096))]
struct Inner;

#[derive(MemoryBounds)]
#[bounds(bound = "T: MemoryBounds")]
struct Pool<T> {
    #[bounds(subcomponent)]
    inner: T,
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {
    let component = Pool { inner: Inner, bytes: 7 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4096 + 7);
}

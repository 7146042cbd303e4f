use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(boxed)]
    counter: Box<u64>,
}

fn main() {
    let component = Pool { counter: Box::new(0) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 8);
}

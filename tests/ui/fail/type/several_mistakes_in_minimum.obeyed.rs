use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(minimum(name = "scratch", bytes = 2))]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {
    let component = Pool { bytes: 7 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 2 + 7);
}

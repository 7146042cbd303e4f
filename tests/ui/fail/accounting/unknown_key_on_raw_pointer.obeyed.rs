use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity")]
    next: *const u8,
}

fn main() {
    let component = Aggregator { capacity: 100, next: std::ptr::null() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}

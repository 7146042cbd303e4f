use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(items = *const u8)]
    size: usize,
}

fn main() {}

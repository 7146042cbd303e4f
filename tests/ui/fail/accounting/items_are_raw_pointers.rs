use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = capacity)]
    buffer: Vec<*mut u8>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(item = HashMap<u8, u8>)]
    size: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity.saturating_sub(4)")]
    buffer: Vec<u8>,
}

fn main() {}

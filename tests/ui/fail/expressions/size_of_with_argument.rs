use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "size_of::<u8>(1)")]
    buffer: Vec<u64>,
}

fn main() {}

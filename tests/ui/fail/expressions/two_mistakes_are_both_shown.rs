use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    entries: usize,
    #[bounds(per_item = "capcity * entires")]
    buffer: Vec<u64>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_items = "capacity", minimun, name = 3)]
    buffer: Vec<u64>,
}

fn main() {}

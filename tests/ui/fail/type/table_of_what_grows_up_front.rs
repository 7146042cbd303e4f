use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(minimum(name = "table", sizes = Vec<u64>, per_item = "capacity", grows))]
struct Aggregator {
    capacity: usize,
}

fn main() {}

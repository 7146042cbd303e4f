use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity", grows)]
    buffer: Vec<u64>,
}

fn main() {}

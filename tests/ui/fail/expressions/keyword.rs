use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "if capacity { 1 }")]
    buffer: Vec<u64>,
}

fn main() {}

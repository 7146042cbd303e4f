use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "limits::fn")]
    buffer: Vec<u64>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Option<usize>,
    #[bounds(per_item = "capacity.unwrap()")]
    buffer: Vec<u64>,
}

fn main() {}

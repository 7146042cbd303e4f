use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Option<usize>,
    #[bounds(per_item = capacity.expect("set by the operator"))]
    buffer: Vec<u64>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "<u8 as Default>::SIZE")]
    buffer: Vec<u64>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = foo::<u8, u16>(capacity))]
    buffer: Vec<u64>,
}

fn main() {}

use memory_accounting::MemoryBounds;

struct Wrapper(Vec<u64>);

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(sizes = Wrapper)]
    buffer: usize,
}

fn main() {}

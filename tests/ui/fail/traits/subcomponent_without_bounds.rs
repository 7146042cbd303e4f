use memory_accounting::MemoryBounds;

struct Inner;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(subcomponent)]
    buffer: Inner,
}

fn main() {}

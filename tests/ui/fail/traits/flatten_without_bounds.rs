use memory_accounting::MemoryBounds;

struct Inner;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(flatten)]
    buffer: Inner,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes, rename = "a")]
    #[bounds(rename = "b")]
    buffer: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = MiB)]
    buffer: Vec<u8>,
}

fn main() {}

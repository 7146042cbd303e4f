use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity MiB")]
    buffer: Vec<u8>,
}

fn main() {}

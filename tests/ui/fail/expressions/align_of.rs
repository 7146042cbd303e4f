use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "std::mem::align_of::<u8>()")]
    buffer: Vec<u64>,
}

fn main() {}

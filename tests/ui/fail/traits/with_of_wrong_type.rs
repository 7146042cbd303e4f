use memory_accounting::MemoryBounds;

fn count(buffer: &Vec<u64>) -> usize {
    buffer.len()
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(with = count)]
    buffer: Vec<u64>,
}

fn main() {}

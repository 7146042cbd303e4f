use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(skip = "counted elsewhere", skip = "counted by the pool")]
    buffer: Vec<u64>,
}

fn main() {}

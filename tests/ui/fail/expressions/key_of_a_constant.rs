use memory_accounting::MemoryBounds;

const WINDOWS: usize = 4;

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(per_item = key("windows", WINDOWS))]
    buffer: Vec<u64>,
}

fn main() {}

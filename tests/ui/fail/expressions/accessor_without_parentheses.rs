use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(per_item = "windows")]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn windows(&self) -> usize {
        4
    }
}

fn main() {}

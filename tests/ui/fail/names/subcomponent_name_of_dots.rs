use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(subcomponent = "a..b")]
    limits: Option<u8>,
}

fn main() {}

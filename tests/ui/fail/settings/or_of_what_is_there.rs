use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(items = u64, or = 100)]
    max_events: usize,
}

fn main() {}

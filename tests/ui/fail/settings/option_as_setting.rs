use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(items = u64)]
    max_events: Option<usize>,
}

fn main() {}

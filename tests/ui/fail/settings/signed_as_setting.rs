use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(items = u64)]
    max_events: i32,
}

fn main() {}

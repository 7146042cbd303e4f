use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(items = 40, or = 100)]
    max_events: Option<i64>,
}

fn main() {}

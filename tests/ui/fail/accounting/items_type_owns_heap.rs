use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct QueueConfiguration {
    #[bounds(items = String)]
    depth: usize,
}

fn main() {}

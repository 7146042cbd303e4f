use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(items = u64, at_least = 1)]
    #[bounds(items = u32, at_least = 2)]
    entries: usize,
}

fn main() {}

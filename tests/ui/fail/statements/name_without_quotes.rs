use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(items = u64, name = bytes)]
    capacity: usize,
}

fn main() {}

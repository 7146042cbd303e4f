use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(items = )]
    capacity: usize,
}

fn main() {}

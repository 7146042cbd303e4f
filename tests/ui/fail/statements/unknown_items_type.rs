use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(items = Evnt)]
    capacity: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(sizes = Vec<u8)]
    capacity: usize,
}

fn main() {}

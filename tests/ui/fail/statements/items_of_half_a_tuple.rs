use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(items = (u8 u16))]
    capacity: usize,
}

fn main() {}

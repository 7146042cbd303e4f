use memory_accounting::MemoryBounds;

#[derive(serde::Deserialize, MemoryBounds)]
enum StoreConfiguration {
    #[serde(skip)]
    Memory {
        #[bounds(items = u64)]
        capacity: usize,
    },
    Disk,
}

fn main() {}

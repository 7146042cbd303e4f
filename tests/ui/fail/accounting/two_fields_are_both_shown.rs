use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    keys: Vec<u64>,
    values: Vec<u64>,
}

fn main() {}

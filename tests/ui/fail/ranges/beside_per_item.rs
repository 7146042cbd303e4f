use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    capacity: usize,
    #[bounds(per_item = "capacity", at_most = 100)]
    entries: Vec<u64>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    #[bounds(per_item = capacity + , minimum)]
    buffer: Vec<u8>,
}

fn main() {}

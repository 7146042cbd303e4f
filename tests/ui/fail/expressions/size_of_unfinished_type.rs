use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    #[bounds(per_item = "size_of::<Vec<u8>()")]
    buffer: Vec<u8>,
}

fn main() {}

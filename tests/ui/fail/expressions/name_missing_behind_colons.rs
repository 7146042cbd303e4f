use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    #[bounds(per_item = "limits::")]
    buffer: Vec<u8>,
}

fn main() {}

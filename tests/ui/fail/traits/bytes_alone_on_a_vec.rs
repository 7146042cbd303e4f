use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    #[bounds(bytes)]
    buffer: Vec<u8>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    #[bounds(skip = )]
    buffer: Vec<u8>,
}

fn main() {}

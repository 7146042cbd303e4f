use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    #[bounds(with = rules::)]
    buffer: Vec<u8>,
}

fn main() {}

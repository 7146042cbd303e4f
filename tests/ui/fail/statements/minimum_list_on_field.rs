use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    #[bounds(minimum(name = "buffer", bytes = 4096))]
    buffer: Vec<u8>,
}

fn main() {}

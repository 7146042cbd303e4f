use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(componet = Vec<u8>)]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

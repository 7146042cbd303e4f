use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(prefix = 3)]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

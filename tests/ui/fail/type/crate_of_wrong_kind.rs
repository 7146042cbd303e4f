use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(crate = 3)]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

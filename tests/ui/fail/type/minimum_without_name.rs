use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(minimum(bytes = 16))]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

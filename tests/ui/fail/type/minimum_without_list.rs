use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(minimum)]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

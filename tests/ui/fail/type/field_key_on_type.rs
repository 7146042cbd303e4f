use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(per_item = "bytes")]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

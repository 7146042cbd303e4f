use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(bound = "T >")]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

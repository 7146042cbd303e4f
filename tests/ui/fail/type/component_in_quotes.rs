use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(component = "Pool")]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

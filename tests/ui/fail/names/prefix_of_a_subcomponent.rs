use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(items = u64)]
    size: usize,
}

#[derive(MemoryBounds)]
struct Pools {
    #[bounds(subcomponent, prefix = "read_")]
    read: Pool,
}

fn main() {}

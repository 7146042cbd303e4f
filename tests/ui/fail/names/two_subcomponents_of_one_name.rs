use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Limits {
    #[bounds(bytes)]
    bytes: usize,
}

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(subcomponent = "second")]
    first: Limits,
    #[bounds(subcomponent)]
    second: Limits,
}

fn main() {}

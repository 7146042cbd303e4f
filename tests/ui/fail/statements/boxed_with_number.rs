use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(boxed = 1)]
    counter: Box<u64>,
}

fn main() {}

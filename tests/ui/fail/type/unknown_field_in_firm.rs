use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(firm(name = "scratch", bytes = "byts"))]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

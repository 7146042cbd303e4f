use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(firm(nam = "scratch", bytes = 16))]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

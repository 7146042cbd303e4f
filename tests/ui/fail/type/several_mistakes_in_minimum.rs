use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(minimum(nam = "scratch", bytes = 1.5))]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(rename_all = "kebabcase")]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

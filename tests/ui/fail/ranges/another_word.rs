use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes, range = 1, at_leest = 1)]
    max_bytes: usize,
}

fn main() {}

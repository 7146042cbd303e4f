use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes, at_least = 8 KiB, at_most = unlimited)]
    max_bytes: usize,
}

fn main() {}

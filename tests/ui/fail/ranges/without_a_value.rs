use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes, at_least)]
    max_bytes: usize,
}

fn main() {}

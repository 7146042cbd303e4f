use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    page_bytes: usize,
    #[bounds(bytes, at_least = "2 * page_bytes")]
    max_bytes: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    q: usize,
    #[bounds(per_item = "n * 2")]
    buffer: Vec<u8>,
}

fn main() {}

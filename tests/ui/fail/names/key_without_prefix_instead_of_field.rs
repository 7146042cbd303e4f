use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(prefix = "store.")]
struct Store {
    #[bounds(rename = "limit")]
    max_items: usize,
    #[bounds(per_item = "limit * 2")]
    buffer: Vec<u8>,
}

fn main() {}

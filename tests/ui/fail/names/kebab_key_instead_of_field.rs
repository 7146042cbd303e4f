use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(rename_all = "kebab-case")]
struct Store {
    max_items: usize,
    #[bounds(per_item = "max-items * 2")]
    buffer: Vec<u8>,
}

fn main() {}

use std::collections::HashMap;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Names {
    limit: usize,
    #[bounds(per_item = "limit")]
    names: HashMap<u64, Vec<u8>>,
}

fn main() {}

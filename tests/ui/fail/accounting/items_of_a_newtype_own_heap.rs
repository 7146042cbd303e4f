use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Names(#[bounds(per_item = 16)] Vec<String>);

fn main() {}

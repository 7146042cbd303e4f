use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store(usize, #[bounds(per_item = "self.7")] Vec<u8>);

fn main() {}

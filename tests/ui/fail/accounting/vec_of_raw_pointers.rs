use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    handles: Vec<*const u8>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Arena {
    start: *mut u8,
    length: usize,
}

fn main() {}

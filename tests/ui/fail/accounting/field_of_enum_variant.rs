use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
enum Source {
    Empty,
    Buffered { capacity: usize, buffer: Vec<u8> },
}

fn main() {}

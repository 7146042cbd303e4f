use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    #[bounds(per_item = "* capacity")]
    buffer: Vec<u8>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(byts = "capacity")]
    next: *const u8,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    capacity: usize,
    #[bounds(per_item = "capacity")]
    #[bounds(at_least = 1)]
    entries: Vec<u64>,
}

fn main() {}

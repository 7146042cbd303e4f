use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(per_item = "capacity")]
    capacity: usize,
}

fn main() {}

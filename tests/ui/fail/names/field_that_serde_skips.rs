use memory_accounting::MemoryBounds;

#[derive(MemoryBounds, serde::Deserialize)]
struct Configuration {
    #[serde(skip)]
    capacity: usize,
    #[bounds(bytes = "capacity")]
    limit: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds, serde::Deserialize)]
struct Configuration {
    #[serde(skip_deserializing)]
    #[bounds(bytes)]
    capacity: usize,
}

fn main() {}

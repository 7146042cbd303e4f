use memory_accounting::MemoryBounds;

struct Limits {
    bytes: usize,
}

#[derive(MemoryBounds, serde::Deserialize)]
struct Aggregator {
    #[serde(skip)]
    limits: Limits,
    #[bounds(bytes = limits.bytes)]
    buffer: Vec<u8>,
    #[bounds(bytes = self.limits.bytes)]
    spare: Vec<u8>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 }
    }
}

fn main() {}

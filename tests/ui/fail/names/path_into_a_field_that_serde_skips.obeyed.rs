use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(serde::Deserialize)]
struct Limits {
    bytes: usize,
}

#[derive(MemoryBounds, serde::Deserialize)]
struct Aggregator {
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

fn main() {
    let component = Aggregator { limits: Limits { bytes: 3 }, buffer: Vec::new(), spare: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 6);
}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    host: String,
    #[bounds(bytes)]
    buffer_bytes: usize,
}

fn main() {}

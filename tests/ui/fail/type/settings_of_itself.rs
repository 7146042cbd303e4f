use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(settings, component = Self)]
struct Cache {
    bytes: Vec<u8>,
}

fn main() {}

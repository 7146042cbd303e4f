use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

#[derive(MemoryBounds)]
#[bounds(settings)]
struct Configuration {
    server: String,
    cache: Cache,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

#[derive(MemoryBounds)]
struct Resolver {
    caches: (u8, Option<Cache>),
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

struct Resolver;

#[derive(MemoryBounds)]
#[bounds(component = Resolver)]
struct ResolverConfiguration {
    server: String,
    cache: Cache,
}

fn main() {}

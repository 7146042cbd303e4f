use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

#[derive(MemoryBounds)]
struct Resolver<C: MemoryBounds> {
    cache: C,
}

fn main() {
    let resolver = Resolver { cache: Cache { max_bytes: 1 } };
    memory_accounting::ComponentBounds::of(&resolver);
}

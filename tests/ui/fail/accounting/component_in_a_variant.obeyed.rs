use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

#[derive(MemoryBounds)]
enum Resolver {
    Direct,
    Cached(#[bounds(flatten)] Cache),
}

fn main() {
    let bytes = |resolver| ComponentBounds::of(&resolver).total_firm_limit_bytes();
    assert_eq!(bytes(Resolver::Direct), 0);
    assert_eq!(bytes(Resolver::Cached(Cache { max_bytes: 1 })), 1);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

#[derive(MemoryBounds)]
struct Resolver<C: MemoryBounds> {
    #[bounds(subcomponent)]
    cache: C,
}

fn main() {
    let bounds = ComponentBounds::of(&Resolver { cache: Cache { max_bytes: 1 } });
    assert_eq!(bounds.find("cache").unwrap().total_firm_limit_bytes(), 1);
}

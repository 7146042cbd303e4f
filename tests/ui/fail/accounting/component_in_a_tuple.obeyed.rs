use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

#[derive(MemoryBounds)]
struct Resolver {
    #[expect(dead_code)]
    weight: u8,
    #[bounds(subcomponent)]
    cache: Option<Cache>,
}

fn main() {
    let component = Resolver { weight: 0, cache: Some(Cache { max_bytes: 1 }) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1);
}

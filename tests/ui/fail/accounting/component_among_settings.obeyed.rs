use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

#[derive(MemoryBounds)]
#[bounds(settings)]
struct Configuration {
    #[expect(dead_code)]
    server: String,
    #[bounds(subcomponent)]
    cache: Cache,
}

fn main() {
    let configuration = Configuration { server: String::new(), cache: Cache { max_bytes: 1 } };
    assert_eq!(ComponentBounds::of(&configuration).total_firm_limit_bytes(), 1);
}

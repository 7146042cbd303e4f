use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    #[bounds(bytes)]
    max_bytes: usize,
}

fn name_of(store: &Store) -> String {
    store.max_bytes.to_string()
}

#[derive(MemoryBounds)]
struct Stores {
    #[bounds(subcomponent, named = name_of)]
    stores: Vec<Store>,
}

fn main() {
    let bounds = ComponentBounds::of(&Stores { stores: vec![Store { max_bytes: 10 }] });
    assert_eq!(bounds.find("stores.10").unwrap().total_firm_limit_bytes(), 10);
}

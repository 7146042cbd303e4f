use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    #[bounds(bytes)]
    max_bytes: usize,
}

fn name_of(number: &u32) -> String {
    number.to_string()
}

#[derive(MemoryBounds)]
struct Stores {
    #[bounds(subcomponent, named = name_of)]
    stores: Vec<Store>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cell<T> {
    #[bounds(bytes = "100")]
    value: T,
}

fn main() {
    let cell = Cell { value: String::new() };
    assert_eq!(memory_accounting::ComponentBounds::of(&cell).total_firm_limit_bytes(), 100);
}

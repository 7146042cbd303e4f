use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(component = Self)]
struct Endpoint {
    #[bounds(bytes = "100")]
    name: String,
}

fn main() {
    let component = Endpoint { name: String::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 24 + 100);
}

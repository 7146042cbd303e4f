use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Endpoint {
    #[bounds(rename = "endpoint.name", bytes = "100")]
    name: String,
}

fn main() {
    let component = Endpoint { name: String::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Endpoint {
    #[bounds(bytes = "100")]
    name: String,
    port: u16,
}

fn main() {
    let component = Endpoint { name: String::new(), port: 0 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Inner(Vec<u8>);

#[derive(MemoryBounds)]
struct Outer(#[bounds(bytes = "50")] Inner);

fn main() {
    let component = Outer(Inner(Vec::new()));
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 50);
}

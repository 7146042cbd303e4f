use memory_accounting::{ComponentBounds, MemoryBounds};

struct Children<T>(Vec<T>);

#[derive(MemoryBounds)]
struct Node<'a> {
    #[bounds(skip = "counted by the arena")]
    children: Children<Self>,
    name: &'a str,
}

fn main() {
    let component = Node { children: Children(Vec::new()), name: "" };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}

use memory_accounting::MemoryBounds;

struct Children<T>(Vec<T>);

#[derive(MemoryBounds)]
struct Node<'a> {
    children: Children<Self>,
    name: &'a str,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cell<T> {
    value: T,
}

fn main() {
    let cell = Cell { value: String::new() };
    memory_accounting::ComponentBounds::of(&cell);
}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Buffer<T> {
    #[bounds(bytes)]
    items: Vec<T>,
}

fn main() {}

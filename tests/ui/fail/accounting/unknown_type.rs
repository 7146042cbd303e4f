use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    buffer: Bufer,
}

fn main() {}

// obeyed: the compiler's own message, about a name that is nowhere

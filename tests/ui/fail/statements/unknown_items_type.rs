use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(items = Evnt)]
    capacity: usize,
}

fn main() {}

// obeyed: the compiler's own message, about a name that is nowhere

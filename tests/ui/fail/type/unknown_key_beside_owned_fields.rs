use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(componnt = Server)]
struct Configuration {
    host: String,
    #[bounds(bytes)]
    buffer: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Limits {
    #[bounds(bytes)]
    bytes: usize,
}

#[derive(MemoryBounds)]
#[repr(packed)]
struct Header {
    #[bounds(subcomponent)]
    limits: Limits,
}

fn main() {}

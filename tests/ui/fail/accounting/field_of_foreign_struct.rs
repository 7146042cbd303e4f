use memory_accounting::MemoryBounds;

struct Inner(Vec<u8>);

#[derive(MemoryBounds)]
struct Outer(Inner);

fn main() {}

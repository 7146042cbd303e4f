use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Endpoint {
    name: String,
    port: u16,
}

fn main() {}

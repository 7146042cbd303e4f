use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(component = Self)]
struct Endpoint {
    name: String,
}

fn main() {}

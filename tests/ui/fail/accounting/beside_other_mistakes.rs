use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    #[bounds(byts = 3)]
    a: Vec<u8>,
    b: Vec<u8>,
    #[bounds(per_item = 3)]
    c: Vec<String>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Filter {
    predicate: Box<dyn Fn(u8) -> bool>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(firm(name = "names", sizes = Vec<String>, per_item = "capacity"))]
struct Aggregator {
    capacity: usize,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = self.capcity)]
    buffer: Vec<u64>,
}

fn main() {}

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Limits {
    queue: i32,
}

#[derive(MemoryBounds)]
struct Aggregator {
    shards: usize,
    limits: Limits,
    #[bounds(per_item = shards * key("limits.queue", self.queue()))]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn queue(&self) -> usize {
        usize::try_from(self.limits.queue).unwrap_or(0)
    }
}

fn main() {
    let component = Aggregator { shards: 4, limits: Limits { queue: 10 }, buffer: Vec::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(buffer)=8 * shards=4 * limits.queue=10");
}

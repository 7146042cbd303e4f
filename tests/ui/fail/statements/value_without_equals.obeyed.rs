use memory_accounting::{ComponentBounds, MemoryBounds, UsageExpr};

fn rows(buffer: &Vec<u64>) -> UsageExpr {
    UsageExpr::constant("rows", buffer.capacity() * 8)
}

#[derive(Default, MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity")]
    first: Vec<u64>,
    #[bounds(per_item = "capacity")]
    second: Vec<u64>,
    #[bounds(skip = "static")]
    name: String,
    #[bounds(bytes = 4096, minimum)]
    scratch: Vec<u8>,
    #[bounds(per_item = "capacity", grows)]
    third: Vec<u64>,
    #[bounds(with = rows)]
    fourth: Vec<u64>,
    #[bounds(subcomponent = "the cache")]
    cache: Option<Box<Aggregator>>,
}

fn main() {
    let component =
        Aggregator { capacity: 1, fourth: Vec::with_capacity(3), cache: Some(Box::default()), ..Aggregator::default() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.total_minimum_required_bytes(), 2 * 4096);
    assert_eq!(bounds.find("the cache").unwrap().total_firm_limit_bytes(), 4096);
    let firm: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(firm, [8, 8, 4 * 8, 3 * 8]);
}

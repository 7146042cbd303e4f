use memory_accounting::{MemoryBounds, UsageExpr};

fn rows(buffer: &Vec<u64>) -> UsageExpr {
    UsageExpr::constant("rows", buffer.capacity() * 8)
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item: capacity)]
    first: Vec<u64>,
    #[bounds(per_item => "capacity")]
    second: Vec<u64>,
    #[bounds(skip("static"))]
    name: String,
    #[bounds(minimum = 4096)]
    scratch: Vec<u8>,
    #[bounds(per_item = "capacity", grows = true)]
    third: Vec<u64>,
    #[bounds(with = rows(fourth))]
    fourth: Vec<u64>,
    #[bounds(subcomponent("the cache"))]
    cache: Option<Box<Aggregator>>,
}

fn main() {}

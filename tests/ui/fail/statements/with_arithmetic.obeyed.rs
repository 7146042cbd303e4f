use memory_accounting::{ComponentBounds, MemoryBounds};

mod rules {
    use memory_accounting::UsageExpr;

    pub(crate) fn pages(_: &Vec<u64>) -> UsageExpr {
        UsageExpr::constant("page", 4096)
    }
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(with = rules::pages)]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4096);
}

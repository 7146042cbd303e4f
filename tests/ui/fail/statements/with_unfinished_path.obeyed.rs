use memory_accounting::{ComponentBounds, MemoryBounds};

mod rules {
    use memory_accounting::UsageExpr;

    pub(crate) fn pages(_: &Vec<u8>) -> UsageExpr {
        UsageExpr::constant("page", 4096)
    }
}

#[derive(MemoryBounds)]
struct Store {
    #[bounds(with = rules::pages)]
    buffer: Vec<u8>,
}

fn main() {
    let component = Store { buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4096);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

#[expect(non_upper_case_globals, reason = "a keyword in upper case is none")]
mod limits {
    pub(crate) const r#fn: usize = 10;
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "limits::r#fn")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10 * 8);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

type Lines = Vec<u32>;

#[derive(MemoryBounds)]
struct Report {
    #[bounds(per_item = "10")]
    lines: Lines,
}

fn main() {
    let component = Report { lines: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10 * 4);
}

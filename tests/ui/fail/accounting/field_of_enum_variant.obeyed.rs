use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
enum Source {
    Empty,
    Buffered {
        capacity: usize,
        #[bounds(per_item = "capacity")]
        buffer: Vec<u8>,
    },
}

fn main() {
    let component = Source::Buffered { capacity: 7, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7);
}

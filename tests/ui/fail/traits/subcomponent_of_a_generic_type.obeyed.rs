use memory_accounting::{ComponentBounds, MemoryBounds};

#[allow(dead_code)]
struct Slot<T>(T);

#[derive(MemoryBounds)]
struct Pool<T> {
    #[expect(dead_code)]
    size: usize,
    #[bounds(skip = "it owns no heap")]
    first: Slot<T>,
}

fn main() {
    let component = Pool { size: 3, first: Slot(4_u8) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}

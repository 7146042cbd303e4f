use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Arena {
    #[bounds(bytes = "length")]
    start: *mut u8,
    length: usize,
}

fn main() {
    let component = Arena { start: std::ptr::null_mut(), length: 100 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}

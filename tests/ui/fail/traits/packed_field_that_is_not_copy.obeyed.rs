use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(Clone, Copy, MemoryBounds)]
struct Limits {
    #[bounds(bytes)]
    bytes: usize,
}

#[derive(MemoryBounds)]
#[repr(packed)]
struct Header {
    #[bounds(subcomponent)]
    limits: Limits,
}

fn main() {
    let component = Header { limits: Limits { bytes: 7 } };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Ring<T, const N: usize = { if cfg!(debug_assertions) { 4 } else { 4 } }>
where
    T: Copy,
{
    #[bounds(per_item = N)]
    slots: Vec<T>,
}

fn main() {
    let ring: Ring<u16> = Ring { slots: Vec::new() };
    assert_eq!(ComponentBounds::of(&ring).total_firm_limit_bytes(), 8);
}

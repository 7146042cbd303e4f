use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Slot {
    #[bounds(bytes = "100")]
    value: std::mem::MaybeUninit<String>,
}

fn main() {
    let component = Slot { value: std::mem::MaybeUninit::uninit() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}

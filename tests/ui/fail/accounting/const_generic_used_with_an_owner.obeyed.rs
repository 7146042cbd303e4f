use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(firm(name = "pages", bytes = 4096))]
struct Slot;

#[derive(MemoryBounds)]
struct Ring<T, const N: usize> {
    #[bounds(subcomponent)]
    slots: [T; N],
}

fn main() {
    let ring = Ring { slots: [Slot, Slot] };
    assert_eq!(memory_accounting::ComponentBounds::of(&ring).total_firm_limit_bytes(), 2 * 4096);
}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Ring<T, const N: usize> {
    slots: [T; N],
}

fn main() {
    let ring = Ring { slots: [Vec::<u8>::new()] };
    memory_accounting::ComponentBounds::of(&ring);
}

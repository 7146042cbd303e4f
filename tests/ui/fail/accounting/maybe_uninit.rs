use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Slot {
    value: std::mem::MaybeUninit<String>,
}

fn main() {}

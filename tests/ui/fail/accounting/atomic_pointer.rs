use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Stack {
    head: std::sync::atomic::AtomicPtr<u8>,
}

fn main() {}

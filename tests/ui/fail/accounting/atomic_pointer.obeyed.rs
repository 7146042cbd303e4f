use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Stack {
    #[bounds(bytes = 1000)]
    head: std::sync::atomic::AtomicPtr<u8>,
}

fn main() {
    let component = Stack { head: std::ptr::null_mut::<u8>().into() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1000);
}

use std::sync::Arc;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Filter {
    #[bounds(bytes = 64)]
    predicate: Box<dyn Fn(u8) -> bool>,
    #[bounds(bytes = 30)]
    name: Arc<std::ffi::CStr>,
}

fn main() {
    let component = Filter { predicate: Box::new(|_| true), name: c"".into() };
    assert!((component.predicate)(0));
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 64 + 30);
}

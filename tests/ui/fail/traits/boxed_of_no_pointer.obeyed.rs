use std::sync::{Arc, Mutex};

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Filter {
    #[bounds(bytes = 64)]
    predicate: Box<dyn Fn(u8) -> bool>,
    #[bounds(per_item = 30)]
    name: Arc<str>,
    #[bounds(per_item = 100)]
    buffer: Vec<u8>,
    #[bounds(boxed)]
    counter: Mutex<Box<u64>>,
}

fn main() {
    let component = Filter {
        predicate: Box::new(|_| true),
        name: "".into(),
        buffer: Vec::new(),
        counter: Mutex::default(),
    };
    assert!((component.predicate)(0));
    assert!(ComponentBounds::of(&component).total_firm_limit_bytes() >= 64 + 30 + 100 + 8);
}

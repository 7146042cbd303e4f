use std::rc::Rc;
use std::sync::Arc;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[expect(dead_code)]
struct Semaphore {
    permits: usize,
}

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(boxed)]
    permits: Arc<Semaphore>,
    #[bounds(boxed)]
    counter: Box<u64>,
    #[bounds(boxed)]
    local: Option<Rc<Semaphore>>,
}

fn main() {
    let component = Pool { permits: Arc::new(Semaphore { permits: 1 }), counter: Box::new(0), local: None };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 2 * 3 * size_of::<usize>() + 8);
}

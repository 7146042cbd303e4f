use std::rc::Rc;
use std::sync::Arc;

use memory_accounting::MemoryBounds;

struct Semaphore {
    permits: usize,
}

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(per_item = 10)]
    permits: Arc<Semaphore>,
    #[bounds(per_item = 10)]
    counter: Box<u64>,
    #[bounds(per_item = 10)]
    local: Option<Rc<Semaphore>>,
}

fn main() {}

#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Pool {
    size: usize,
}

impl MemoryBounds for Pool {
    fn specify_bounds(&self, builder: &mut memory_accounting::MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("pool", self.size);
    }
}

#[derive(MemoryBounds)]
struct Worker {
    #[bounds(flatten)]
    pool: std::sync::Arc<dyn MemoryBounds>,
    #[bounds(subcomponent)]
    spare: Option<Box<dyn MemoryBounds>>,
    #[bounds(skip = "the thread's stack is not heap")]
    thread: Option<std::thread::JoinHandle<()>>,
    #[bounds(bytes = 64)]
    raw: *mut u8,
}

fn main() {
    let component = Worker {
        pool: std::sync::Arc::new(Pool { size: 5 }),
        spare: Some(Box::new(Pool { size: 6 })),
        thread: None,
        raw: std::ptr::null_mut(),
    };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 75);
}

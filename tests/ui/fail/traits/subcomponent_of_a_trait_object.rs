use memory_accounting::MemoryBounds;
use std::sync::Arc;

trait Store {
    fn name(&self) -> &str;
}

#[derive(MemoryBounds)]
struct Server {
    #[bounds(subcomponent)]
    store: Box<dyn Store>,
    #[bounds(subcomponent)]
    shared: Arc<dyn Store>,
    #[bounds(subcomponent)]
    others: Vec<Box<dyn Store>>,
}

fn main() {}

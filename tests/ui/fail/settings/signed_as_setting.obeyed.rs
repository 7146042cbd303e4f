use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(sizes = Vec<u64>, per_item = "self.max_events()")]
    max_events: i32,
}

impl Configuration {
    fn max_events(&self) -> usize {
        usize::try_from(self.max_events).unwrap_or(0)
    }
}

fn main() {
    let bytes = |max_events| ComponentBounds::of(&Configuration { max_events }).total_firm_limit_bytes();
    assert_eq!((bytes(100), bytes(-1)), (100 * 8, 0));
}

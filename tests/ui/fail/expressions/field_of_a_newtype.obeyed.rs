use memory_accounting::{ComponentBounds, MemoryBounds};

struct Settings {
    cache_size: usize,
}

#[derive(MemoryBounds)]
struct Disk(#[bounds(bytes = "self.0.cache_size")] Settings);

fn main() {
    let bounds = ComponentBounds::of(&Disk(Settings { cache_size: 4 }));
    assert_eq!(bounds.total_firm_limit_bytes(), 4);
}

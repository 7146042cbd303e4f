use memory_accounting::MemoryBounds;

struct Settings {
    cache_size: usize,
}

#[derive(MemoryBounds)]
struct Disk(#[bounds(bytes = "self.cache_size")] Settings);

fn main() {}

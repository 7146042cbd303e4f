use memory_accounting::MemoryBounds;

struct Settings {
    cache_size: usize,
}

#[derive(MemoryBounds)]
enum Source {
    Disk(#[bounds(bytes = "cache_size * 2")] Settings),
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Names {
    limit: usize,
    #[bounds(per_item = "limit")]
    names: Vec<String>,
}

fn main() {}

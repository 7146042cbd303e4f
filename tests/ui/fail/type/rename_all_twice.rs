use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(rename_all = "kebab-case")]
#[bounds(rename_all = "camelCase")]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
}

fn main() {}

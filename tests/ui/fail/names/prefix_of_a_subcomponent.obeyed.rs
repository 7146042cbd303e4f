use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(items = u64)]
    size: usize,
}

#[derive(MemoryBounds)]
struct Pools {
    #[bounds(flatten, prefix = "read_")]
    read: Pool,
}

fn main() {
    let bounds = ComponentBounds::of(&Pools { read: Pool { size: 10 } });
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(size)=8 * read_size=10");
}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Queue<N> {
    #[bounds(items = u64)]
    depth: N,
}

fn main() {
    let queue = Queue { depth: 3_u32 };
    assert_eq!(memory_accounting::ComponentBounds::of(&queue).total_firm_limit_bytes(), 3 * 8);
}

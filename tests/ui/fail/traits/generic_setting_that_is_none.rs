use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Queue<N> {
    #[bounds(items = u64)]
    depth: N,
}

fn main() {
    memory_accounting::ComponentBounds::of(&Queue { depth: "three" });
}

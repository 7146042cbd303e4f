use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Queue<T> {
    depth: usize,
    #[bounds(per_item = "depth")]
    items: Vec<T>,
}

fn main() {
    let queue = Queue { depth: 3, items: vec![String::new()] };
    memory_accounting::ComponentBounds::of(&queue);
}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(boxed, grows)]
    counter: Box<u64>,
}

fn main() {}

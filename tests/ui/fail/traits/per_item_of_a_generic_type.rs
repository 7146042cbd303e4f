use memory_accounting::MemoryBounds;

struct ArrayQueue<T>(Box<[Option<T>]>);

#[derive(MemoryBounds)]
struct Dispatcher<T> {
    capacity: usize,
    #[bounds(per_item = "capacity")]
    waiting: ArrayQueue<(i32, T)>,
    #[bounds(sizes = ArrayQueue<T>)]
    ready: usize,
}

fn main() {}

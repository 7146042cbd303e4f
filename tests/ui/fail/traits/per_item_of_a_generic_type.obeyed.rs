use memory_accounting::{ComponentBounds, MemoryBounds};

#[allow(dead_code)]
struct ArrayQueue<T>(Box<[Option<T>]>);

#[derive(MemoryBounds)]
struct Dispatcher<T> {
    capacity: usize,
    #[bounds(bytes = "capacity * size_of::<Option<(i32, T)>>()")]
    waiting: ArrayQueue<(i32, T)>,
    #[bounds(items = Option<T>)]
    ready: usize,
}

fn main() {
    let component = Dispatcher::<u64> { capacity: 3, waiting: ArrayQueue(Box::new([])), ready: 5 };
    let of_waiting = 3 * size_of::<Option<(i32, u64)>>();
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), of_waiting + 5 * 16);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Frame<T: ?Sized> {
    #[bounds(bytes)]
    size: usize,
    tail: T,
}

#[derive(MemoryBounds)]
struct Bytes {
    #[bounds(bytes)]
    size: usize,
    tail: [u8],
}

fn main() {
    let component: &Frame<[u8]> = &Frame { size: 7, tail: [1, 2, 3] };
    assert_eq!(ComponentBounds::of(component).total_firm_limit_bytes(), 7);
    assert_eq!(component.tail.len(), 3);
    let _: fn(&Bytes) -> ComponentBounds = ComponentBounds::of;
    let _: fn(&Bytes) -> (usize, usize) = |bytes| (bytes.size, bytes.tail.len());
}

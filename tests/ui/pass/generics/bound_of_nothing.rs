use std::marker::PhantomData;

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Unbounded;

#[derive(MemoryBounds)]
#[bounds(bound = "")]
struct Parent<T> {
    #[bounds(flatten)]
    child: Option<Box<Child<T>>>,
}

#[derive(MemoryBounds)]
#[bounds(bound = "")]
struct Child<T> {
    #[bounds(bytes)]
    size: usize,
    #[bounds(flatten)]
    parent: Option<Box<Parent<T>>>,
    marker: PhantomData<T>,
}

fn main() {
    let child = Child::<Unbounded> { size: 10, parent: None, marker: PhantomData };
    let parent = Parent { child: Some(Box::new(child)) };
    assert_eq!(ComponentBounds::of(&parent).total_firm_limit_bytes(), 10);
}

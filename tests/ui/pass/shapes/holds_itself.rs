use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Node<'a> {
    #[bounds(bytes)]
    size: usize,
    parent: Option<&'a Self>,
    first: Option<&'a Node<'a>>,
    #[bounds(subcomponent)]
    next: Option<Box<Self>>,
}

fn main() {
    let parent = Node { size: 7, parent: None, first: None, next: None };
    let next = Some(Box::new(Node { size: 2, parent: Some(&parent), first: None, next: None }));
    let component = Node { size: 1, parent: Some(&parent), first: Some(&parent), next };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3);
    assert!(component.parent.is_some() && component.first.is_some());
}

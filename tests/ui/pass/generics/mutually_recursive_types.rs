#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(bound = "T: MemoryBounds")]
struct Directory<T> {
    #[bounds(subcomponent)]
    files: Vec<File<T>>,
}

#[derive(MemoryBounds)]
#[bounds(bound = "T: MemoryBounds")]
struct File<T> {
    #[bounds(flatten)]
    content: T,
    #[bounds(subcomponent)]
    attachments: Option<Box<Directory<T>>>,
}

#[derive(MemoryBounds)]
struct Text {
    #[bounds(bytes)]
    max_bytes: usize,
}

fn main() {
    let text = |max_bytes| File { content: Text { max_bytes }, attachments: None };
    let attachments = Some(Box::new(Directory { files: vec![text(1), text(2)] }));
    let component = File { content: Text { max_bytes: 4 }, attachments };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7);
}

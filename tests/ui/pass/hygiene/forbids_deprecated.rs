//! No code, generated or not, may allow what the crate forbids.
#![forbid(deprecated)]
#![allow(dead_code)]

use memory_accounting::MemoryBounds;

#[deprecated]
#[derive(MemoryBounds)]
pub struct Old<T> {
    #[deprecated]
    #[bounds(bytes)]
    size: usize,
    #[bounds(bytes = "size + self.size")]
    scratch: Vec<u8>,
    #[bounds(per_item = 3, item_skip = "shown for a moment only")]
    children: Vec<Old<T>>,
    content: std::marker::PhantomData<T>,
}

#[deprecated]
#[derive(MemoryBounds)]
pub struct Node {
    #[bounds(per_item = 3, item_bytes = size_of::<Node>())]
    children: Vec<Node>,
}

#[derive(MemoryBounds)]
pub enum Either {
    #[deprecated]
    Old {
        #[bounds(bytes)]
        size: usize,
    },
    New {
        #[deprecated]
        #[bounds(bytes)]
        size: usize,
    },
    Numbered(#[deprecated] #[bounds(bytes)] usize),
}

#[derive(MemoryBounds)]
pub struct Numbered(#[deprecated] #[bounds(bytes)] usize);

#[derive(MemoryBounds)]
#[repr(packed)]
pub struct Packed {
    #[deprecated]
    #[bounds(bytes)]
    size: usize,
}

fn main() {}

//! Every lint that a strict crate denies.
#![deny(warnings, missing_docs, unused, nonstandard_style, future_incompatible, let_underscore)]
#![allow(dead_code, missing_docs)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
pub struct Strict<'a, T> {
    r#type: usize,
    #[bounds(per_item = "r#type", item_bytes = "max(2, self.r#type) * size_of::<T>()", minimum)]
    items: Vec<&'a T>,
    #[bounds(subcomponent = "inner", times = r#type)]
    inner: std::sync::Arc<T>,
}

#[derive(MemoryBounds)]
pub struct Inner {
    #[bounds(bytes)]
    size: u8,
}

fn main() {
    let component = Strict { r#type: 1, items: Vec::new(), inner: std::sync::Arc::new(Inner { size: 1 }) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 8 + 2 + 1);
}

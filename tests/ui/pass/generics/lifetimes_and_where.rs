#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct View<'a, T: ?Sized + 'a, U = u8>
where
    U: Copy,
{
    borrowed: &'a T,
    mutable: Option<&'a mut Vec<String>>,
    unit: U,
}

fn main() {
    let component: View<'_, str> = View { borrowed: "", mutable: None, unit: 0 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}

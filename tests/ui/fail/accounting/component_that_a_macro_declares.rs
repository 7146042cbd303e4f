#![no_implicit_prelude]

use ::memory_accounting::MemoryBounds;

macro_rules! resolver {
    ($name:ident, $field:ident: $ty:ty) => {
        #[derive(MemoryBounds)]
        struct $name {
            $field: $ty,
        }
    };
}

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

resolver!(Resolver, cache: Cache);

fn main() {}

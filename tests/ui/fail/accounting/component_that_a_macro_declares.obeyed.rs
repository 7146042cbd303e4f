use memory_accounting::{ComponentBounds, MemoryBounds};

macro_rules! resolver {
    ($name:ident, $field:ident: $ty:ty) => {
        #[derive(MemoryBounds)]
        struct $name {
            #[bounds(flatten)]
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

fn main() {
    let component = Resolver { cache: Cache { max_bytes: 1 } };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Filter {
    #[bounds(skip = "a function, which captures nothing")]
    predicate: Box<dyn Fn(u8) -> bool>,
}

fn main() {
    let component = Filter { predicate: Box::new(|byte| byte > 3) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}

#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Stage {
    #[bounds(bytes)]
    size: usize,
}

#[derive(MemoryBounds)]
struct Chain {
    #[bounds(subcomponent)]
    stages: Vec<(String, Box<dyn MemoryBounds>)>,
}

fn main() {
    let component = Chain { stages: vec![("parse.fast".into(), Box::new(Stage { size: 3 }))] };
    let exprs = ComponentBounds::of(&component).to_exprs();
    assert_eq!(exprs[0]["name"], r#"root.stages."parse.fast".firm"#);
}

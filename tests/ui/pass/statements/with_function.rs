#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

fn lines(log: &Vec<String>) -> memory_accounting::UsageExpr {
    memory_accounting::UsageExpr::constant("lines", log.len() * 80)
}

#[derive(MemoryBounds)]
struct Log {
    #[bounds(with = lines)]
    lines: Vec<String>,
}

fn main() {
    let component = Log { lines: vec![String::new()] };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 80);
}

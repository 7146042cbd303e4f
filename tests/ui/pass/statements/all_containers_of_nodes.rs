#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet, LinkedList};

use memory_accounting::{ComponentBounds, Container, MemoryBounds, UsageExpr};

#[derive(MemoryBounds)]
struct Nodes {
    #[bounds(per_item = 100, minimum)]
    map: BTreeMap<u32, u64>,
    #[bounds(per_item = 100)]
    set: BTreeSet<u32>,
    #[bounds(per_item = 100)]
    list: LinkedList<usize>,
}

fn bounded<C: Container>() -> usize {
    C::bounded("", &UsageExpr::constant("", 100)).evaluate()
}

fn main() {
    let component = Nodes { map: BTreeMap::new(), set: BTreeSet::new(), list: LinkedList::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.total_minimum_required_bytes(), 0);
    let firm: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    let list = 100 * 3 * size_of::<usize>();
    assert_eq!(firm, [bounded::<BTreeMap<u32, u64>>(), bounded::<BTreeSet<u32>>(), list]);
    assert!(firm[0] > 100 * 12 && firm[1] > 100 * 4);
}

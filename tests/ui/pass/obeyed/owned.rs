//! What the messages about `owned` say, done.
#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds, OwnedHeap};

enum Action {
    Allow,
}

impl OwnedHeap for Action {}

struct Rule {
    pattern: String,
    action: Action,
}

impl OwnedHeap for Rule {
    fn owned_heap_bytes(&self) -> usize {
        self.pattern.owned_heap_bytes() + self.action.owned_heap_bytes()
    }
}

#[derive(MemoryBounds)]
struct Policy<T> {
    #[bounds(owned)]
    rules: Vec<Rule>,
    #[bounds(owned, times = "2", name = "both")]
    extra: Option<T>,
}

fn main() {
    let rule = Rule { pattern: "*.example.org".to_owned(), action: Action::Allow };
    let policy = Policy { rules: vec![rule], extra: Some("abc".to_owned()) };
    let bounds = ComponentBounds::of(&policy);
    let shown: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().to_string()).collect();
    assert_eq!(shown, [format!("rules={}", size_of::<Rule>() + 13), "both=3".to_owned()]);
    assert_eq!(bounds.total_firm_limit_bytes(), size_of::<Rule>() + 13 + 3 * 2);
}

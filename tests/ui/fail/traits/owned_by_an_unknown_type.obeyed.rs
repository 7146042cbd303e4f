use memory_accounting::{ComponentBounds, MemoryBounds, OwnedHeap};

struct Rule {
    pattern: String,
}

impl OwnedHeap for Rule {
    fn owned_heap_bytes(&self) -> usize {
        self.pattern.owned_heap_bytes()
    }
}

#[derive(MemoryBounds)]
struct Policy {
    #[bounds(owned)]
    rules: Vec<Rule>,
}

fn main() {
    let policy = Policy { rules: vec![Rule { pattern: "*.example.org".to_owned() }] };
    let bytes = ComponentBounds::of(&policy).total_firm_limit_bytes();
    assert_eq!(bytes, size_of::<Rule>() + "*.example.org".len());
}

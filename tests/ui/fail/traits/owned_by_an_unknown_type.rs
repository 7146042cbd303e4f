use memory_accounting::MemoryBounds;

struct Rule {
    _pattern: String,
}

#[derive(MemoryBounds)]
struct Policy {
    #[bounds(owned)]
    rules: Vec<Rule>,
}

fn main() {}

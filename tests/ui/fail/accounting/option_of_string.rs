use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Settings {
    label: Option<String>,
}

fn main() {}

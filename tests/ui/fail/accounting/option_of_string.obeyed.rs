use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    #[bounds(bytes = "100")]
    label: Option<String>,
}

fn main() {
    let component = Settings { label: None };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}

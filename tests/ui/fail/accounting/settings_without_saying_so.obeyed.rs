use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[bounds(settings)]
struct Configuration {
    #[expect(dead_code)]
    host: String,
    #[bounds(bytes)]
    buffer_bytes: usize,
}

fn main() {
    let component = Configuration { host: "localhost".to_owned(), buffer_bytes: 1000 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1000);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Server(u32);

#[derive(MemoryBounds)]
#[bounds(component = Server)]
struct Configuration {
    host: String,
    #[bounds(bytes)]
    buffer: usize,
}

fn main() {
    let component = Configuration { host: String::new(), buffer: 7 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4 + 7);
}

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "packet", bytes = 16))]
enum Source {
    Udp,
}

fn main() {
    let component = Source::Udp;
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 16);
}

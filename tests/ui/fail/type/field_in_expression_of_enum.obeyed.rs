use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "scratch", bytes = "self.capacity()"))]
enum Source {
    Udp { capacity: usize },
}

impl Source {
    fn capacity(&self) -> usize {
        let Self::Udp { capacity } = self;
        *capacity
    }
}

fn main() {
    let component = Source::Udp { capacity: 10 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10);
}

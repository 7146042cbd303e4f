use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(firm(name = "scratch", bytes = "capacity"))]
enum Source {
    Udp { capacity: usize },
}

fn main() {}

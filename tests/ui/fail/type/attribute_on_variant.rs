use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
enum Source {
    #[bounds(bytes = 16)]
    Udp,
}

fn main() {}

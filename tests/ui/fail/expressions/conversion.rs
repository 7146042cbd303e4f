use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    packets: u32,
    #[bounds(bytes = "packets as usize * 1500")]
    buffer: Vec<u8>,
}

fn main() {}

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
union Word {
    bytes: [u8; 4],
    number: u32,
}

fn main() {}

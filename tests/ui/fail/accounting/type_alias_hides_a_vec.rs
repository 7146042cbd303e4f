use memory_accounting::MemoryBounds;

type Lines = Vec<u32>;

#[derive(MemoryBounds)]
struct Report {
    lines: Lines,
}

fn main() {}

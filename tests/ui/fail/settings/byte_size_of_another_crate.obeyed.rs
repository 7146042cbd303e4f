use bytesize::ByteSize;
use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(bytes)]
    max_buffer: ByteSize,
}

fn main() {
    let configuration = Configuration { max_buffer: ByteSize::kib(4) };
    let bounds = ComponentBounds::of(&configuration);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "max_buffer=4096");
}

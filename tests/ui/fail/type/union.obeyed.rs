use memory_accounting::{ComponentBounds, MemoryBounds};

union Word {
    bytes: [u8; 4],
    number: u32,
}

impl MemoryBounds for Word {
    fn specify_bounds(&self, builder: &mut memory_accounting::MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("pages", 4096);
    }
}

fn main() {
    let component = Word { number: 0 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4096);
}

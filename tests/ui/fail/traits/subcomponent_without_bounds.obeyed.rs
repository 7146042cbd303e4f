use memory_accounting::{ComponentBounds, MemoryBounds};

struct Inner;

impl MemoryBounds for Inner {
    fn specify_bounds(&self, builder: &mut memory_accounting::MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("pages", 4096);
    }
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(subcomponent)]
    buffer: Inner,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Inner };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4096);
}

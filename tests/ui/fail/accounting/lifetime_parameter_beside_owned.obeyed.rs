use std::borrow::Cow;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Parser<'a> {
    input: &'a [u8],
    #[bounds(bytes = "100")]
    scratch: Cow<'a, str>,
}

fn main() {
    let component = Parser { input: b"", scratch: Cow::Borrowed("") };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}

use std::borrow::Cow;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Parser<'a> {
    input: &'a [u8],
    scratch: Cow<'a, str>,
}

fn main() {}

//! The same numbers in every program.

/// Marsaglia's xorshift: cheap beside an allocation.
pub(super) struct Random(u32);

impl Random {
    pub(super) const fn new() -> Self {
        Self(0x9E37_79B9)
    }

    /// A number below `end`, which is far below 2^32.
    pub(super) fn below(&mut self, end: u32) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 % end) as usize
    }
}

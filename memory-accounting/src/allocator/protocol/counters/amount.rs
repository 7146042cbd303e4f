//! Bytes, and the allocations they are in.

/// A number of bytes and the number of allocations they are in, in 64 bits wherever: all that was ever allocated fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) bytes: u64,
    pub(crate) objects: u64,
}

impl Amount {
    /// The greater number of bytes and the greater number of allocations.
    pub(crate) fn max_of_each(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), objects: self.objects.max(other.objects) }
    }

    /// Wraps, as the counters do that it adds up; neither ever does in fact.
    pub(crate) const fn wrapping_add(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.wrapping_add(other.bytes),
            objects: self.objects.wrapping_add(other.objects),
        }
    }
}

//! How many control bytes a hash table looks at in one step.

/// The width of a group of control bytes, in bytes, or the widths between which it is where that depends on how the table was
/// built: `Group::WIDTH` in `src/control/group/` of hashbrown 0.15 to 0.17.
#[derive(Clone, Copy)]
pub(super) struct GroupWidth {
    pub(super) least: usize,
    pub(super) most: usize,
}

impl GroupWidth {
    /// Of the standard library. It was built before, and with features of the processor that this crate does not see: on x86 of 32
    /// bits, distributions do without SSE2.
    pub(super) const STANDARD: Self =
        Self::between(cfg!(all(target_arch = "x86_64", target_feature = "sse2")), cfg!(target_arch = "x86"));

    /// Of the crates, which are built for the same processor as this one.
    #[cfg(any(feature = "hashbrown", feature = "indexmap"))]
    pub(super) const CRATE: Self = Self::between(
        cfg!(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2")),
        false,
    );

    pub(super) const fn exactly(width: usize) -> Self {
        Self { least: width, most: width }
    }

    /// Of a table that surely has, or may have, the wide groups of SSE2. Those of `loongarch64` are used by some builds only, and none
    /// are under miri.
    const fn between(surely_wide: bool, maybe_wide: bool) -> Self {
        match () {
            () if cfg!(miri) => Self::exactly(Self::GENERIC),
            () if surely_wide => Self::exactly(Self::WIDE),
            () if maybe_wide || cfg!(target_arch = "loongarch64") => {
                Self { least: Self::GENERIC, most: Self::WIDE }
            }
            () => Self::exactly(Self::GENERIC),
        }
    }

    const WIDE: usize = 16;

    /// One machine word, except that two targets of narrow pointers have wide words. NEON has 8 too.
    const GENERIC: usize = if cfg!(any(
        target_pointer_width = "64",
        target_arch = "aarch64",
        target_arch = "x86_64",
        target_arch = "wasm32"
    )) {
        8
    } else {
        4
    };
}

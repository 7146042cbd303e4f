//! The programs, one for each allocator.

use std::fmt;

use memory_accounting_benches::Scope;

/// What allocates in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inner {
    System,
    Mimalloc,
    Jemalloc,
}

/// How many objects a workload uses. Numbers of different scales are never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    Full,
    /// For allocators that take microseconds for an allocation.
    Reduced,
}

/// One allocator and the way it is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allocator {
    /// What is around the inner allocator.
    pub(crate) wrapper: &'static str,
    pub(crate) inner: Inner,
    pub(crate) scope: Scope,
    pub(crate) scale: Scale,
    pub(crate) program: &'static str,
}

const BARE: &str = "bare";

pub(crate) const SIDE_TABLE: &str = "ours, side table";

/// All of them; the bare ones are what the others of the same inner allocator and scale are compared to.
pub(crate) const ALLOCATORS: [Allocator; 25] = [
    Allocator::new(Inner::System, BARE, env!("CARGO_BIN_EXE_system_bare")),
    Allocator::new(Inner::System, "ours", env!("CARGO_BIN_EXE_system_ours")),
    Allocator::new(Inner::System, SIDE_TABLE, env!("CARGO_BIN_EXE_system_ours_side_table")),
    Allocator::new(Inner::System, "ours, no group entered", env!("CARGO_BIN_EXE_system_ours")).in_root(),
    Allocator::new(Inner::System, "pointer trailer", env!("CARGO_BIN_EXE_system_pointer_trailer")),
    Allocator::new(Inner::System, "stats_alloc", env!("CARGO_BIN_EXE_system_stats_alloc")),
    Allocator::new(Inner::System, "cap", env!("CARGO_BIN_EXE_system_cap")),
    Allocator::new(Inner::System, "peak_alloc", env!("CARGO_BIN_EXE_system_peak_alloc")),
    Allocator::new(Inner::System, "alloc_tracker", env!("CARGO_BIN_EXE_system_alloc_tracker")),
    Allocator::new(Inner::Mimalloc, BARE, env!("CARGO_BIN_EXE_mimalloc_bare")),
    Allocator::new(Inner::Mimalloc, "ours", env!("CARGO_BIN_EXE_mimalloc_ours")),
    Allocator::new(Inner::Mimalloc, SIDE_TABLE, env!("CARGO_BIN_EXE_mimalloc_ours_side_table")),
    Allocator::new(Inner::Mimalloc, "ours, no group entered", env!("CARGO_BIN_EXE_mimalloc_ours")).in_root(),
    Allocator::new(Inner::Mimalloc, "pointer trailer", env!("CARGO_BIN_EXE_mimalloc_pointer_trailer")),
    Allocator::new(Inner::Mimalloc, "cap", env!("CARGO_BIN_EXE_mimalloc_cap")),
    Allocator::new(Inner::Mimalloc, "alloc_tracker", env!("CARGO_BIN_EXE_mimalloc_alloc_tracker")),
    Allocator::new(Inner::Jemalloc, BARE, env!("CARGO_BIN_EXE_jemalloc_bare")),
    Allocator::new(Inner::Jemalloc, "ours", env!("CARGO_BIN_EXE_jemalloc_ours")),
    Allocator::new(Inner::Jemalloc, SIDE_TABLE, env!("CARGO_BIN_EXE_jemalloc_ours_side_table")),
    Allocator::new(Inner::Jemalloc, "ours, no group entered", env!("CARGO_BIN_EXE_jemalloc_ours")).in_root(),
    Allocator::new(Inner::Jemalloc, "pointer trailer", env!("CARGO_BIN_EXE_jemalloc_pointer_trailer")),
    Allocator::new(Inner::Jemalloc, "cap", env!("CARGO_BIN_EXE_jemalloc_cap")),
    Allocator::new(Inner::Jemalloc, "alloc_tracker", env!("CARGO_BIN_EXE_jemalloc_alloc_tracker")),
    Allocator::new(Inner::System, BARE, env!("CARGO_BIN_EXE_system_bare")).reduced(),
    Allocator::new(Inner::System, "dhat", env!("CARGO_BIN_EXE_system_dhat")).reduced(),
];

/// What is said about allocators that are not here, and about parts of those that are.
pub(crate) const NOTES: &str = "\
- *ours* and *pointer trailer* allocate inside of a group; *ours, no group entered* in the root group. Peaks are tracked as they are by default.
- *ours* keeps groups as it does by default, and *ours, side table* all of them in a table by address.
- *pointer trailer* is a re-creation of a design with a pointer to shared atomic counters behind each block, and neither `realloc` nor `alloc_zeroed`.
- `alloc_tracker` has no groups; the nearest are its operations. It allocates during a span of one, and entering is beginning a span. It does not
  know what becomes of memory when the span is over.
- `stats_alloc` can be made in a `static` only around the allocator of the system; `peak_alloc` and `dhat` are around nothing else.
- `dhat` takes a backtrace on every allocation, so it runs at a reduced scale, with a bare reference of its own.
- What explains growth later costs the slow path alone: the size of an allocation that is reported is noted, and one number more is read. Against the same
  programs without it, run in turn: 64-byte alloc + free 1.00 (0.99 to 1.00) over System and 1.00 (1.00 to 1.01) over jemalloc, JSON on one thread 1.00
  (0.99 to 1.02) and 1.01 (0.99 to 1.02); instructions, by valgrind, +0.01 % to +0.11 % over System; where every block is reported (an exact
  peak, or more than a batch) 0.98 (0.97 to 0.99), so not more than the order of the code in the program makes. While a process grows all the time, with
  up to 16,000 groups, the thread that looks who holds what ran for 0.5 to 1.0 % of the time. With 1,000 groups and eight times as much to do
  as there are processors, it saw 50 of 100 bursts of a millisecond, 97 of 5 and all of 50.
- Left out: `tracking-allocator`, whose licence (MPL-2.0) is none of those that this project depends on.
- Left out: `re_memory`, which needs 119 crates, an implementation of Arrow among them, in the newest version for this compiler (0.36).
";

impl Allocator {
    const fn new(inner: Inner, wrapper: &'static str, program: &'static str) -> Self {
        Self { wrapper, inner, scope: Scope::Group, scale: Scale::Full, program }
    }

    const fn in_root(self) -> Self {
        Self { scope: Scope::Root, ..self }
    }

    const fn reduced(self) -> Self {
        Self { scale: Scale::Reduced, ..self }
    }

    pub(crate) fn is_bare(&self) -> bool {
        self.wrapper == BARE
    }

    /// Whether this is compared to what `bare` measures.
    pub(crate) fn is_compared_to(&self, bare: &Self) -> bool {
        bare.is_bare() && bare.inner == self.inner && bare.scale == self.scale
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::System => "System",
            Self::Mimalloc => "mimalloc",
            Self::Jemalloc => "jemalloc",
        })
    }
}

impl Scale {
    /// What numbers of objects are divided by.
    pub(crate) const fn divisor(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Reduced => 20,
        }
    }
}

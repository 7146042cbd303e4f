//! What was counted, beside what the rule says.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use memory_accounting::UsageExpr;
use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken};

/// A rule of a container.
pub(crate) type Rule = fn(&str, &UsageExpr) -> UsageExpr;

/// What `rule` says for `n` items. Saying it takes memory, which is not what is measured.
pub(crate) fn bound(rule: Rule, n: usize) -> usize {
    AllocationGroupToken::root().scope(|| rule("items", &UsageExpr::config("n", n)).evaluate())
}

/// Counts what runs in it. One for each proof, so that proofs can run at the same time.
#[derive(Clone, Copy)]
pub(crate) struct Meter(AllocationGroupToken);

impl Meter {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("proof {}", NEXT.fetch_add(1, Ordering::Relaxed));
        let group = AllocationGroupRegistry::global().register_allocation_group(name);
        group.track_exact_peak();
        Self(group)
    }

    /// Begins a new peak.
    pub(crate) fn begin(self) {
        self.0.reset_peak();
    }

    /// The most bytes alive while `work` runs, which leaves nothing behind. What it makes has to be seen by a
    /// [`black_box`](std::hint::black_box) where the compiler could leave it out.
    pub(crate) fn peak(self, work: impl FnOnce()) -> usize {
        self.begin();
        self.0.scope(work);
        assert_eq!(self.0.stats().live_bytes(), 0, "something was left behind");
        self.0.peak_bytes()
    }

    /// The bytes alive in what `make` makes.
    pub(crate) fn live<T>(self, make: impl FnOnce() -> T) -> usize {
        let value = black_box(self.0.scope(make));
        let live = self.0.stats().live_bytes();
        drop(value);
        live
    }

    /// The most bytes alive since [`peak`](Self::peak) began.
    pub(crate) fn so_far(self) -> usize {
        self.0.peak_bytes()
    }

    pub(crate) fn group(self) -> AllocationGroupToken {
        self.0
    }
}

/// The greatest excess of a rule's bound over the truth, for one kind of container.
#[derive(Clone, Debug)]
pub(crate) struct Tightness {
    pub(crate) container: &'static str,
    pub(crate) rule: &'static str,
    checks: usize,
    /// Over all numbers of items, and over those of 64 and more.
    pub(crate) worst: Excess,
    pub(crate) worst_of_many: Excess,
}

/// A bound, the truth, and where.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Excess {
    bound: usize,
    truth: usize,
    size: usize,
    n: usize,
}

impl Tightness {
    pub(crate) fn new(container: &'static str, rule: &'static str) -> Self {
        Self { container, rule, checks: 0, worst: Excess::default(), worst_of_many: Excess::default() }
    }

    /// Fails when `rule` is below the `truth` for `n` items of type `T`, which may not be the worst there is.
    pub(crate) fn covers<T>(&self, rule: Rule, n: usize, truth: usize) -> Excess {
        let excess = Excess { bound: bound(rule, n), truth, size: size_of::<T>(), n };
        let Self { container, rule, .. } = self;
        assert!(
            excess.bound >= truth,
            "{container}, {rule}, items aligned to {}: {excess:?}",
            align_of::<T>()
        );
        excess
    }

    /// Fails when `rule` is below the `truth` for `n` items of type `T`, and notes how far above it is.
    pub(crate) fn check<T>(&mut self, rule: Rule, n: usize, truth: usize) {
        let excess = self.covers::<T>(rule, n, truth);
        self.checks += 1;
        if excess.ratio() > self.worst.ratio() {
            self.worst = excess;
        }
        if n >= 64 && excess.ratio() > self.worst_of_many.ratio() {
            self.worst_of_many = excess;
        }
    }

    /// Fails when the bound was ever more than `goal` times the truth, and when it was never compared with it.
    pub(crate) fn holds(&self, goal: f64) {
        assert!(self.checks > 0, "{self:?}");
        assert!(self.worst.ratio() <= goal, "{self:?}");
    }
}

impl Excess {
    #[expect(clippy::cast_precision_loss, reason = "a ratio needs no more than 52 bits")]
    pub(crate) fn ratio(&self) -> f64 {
        match (self.bound, self.truth) {
            (bound, truth) if bound == truth => 1.0,
            (bound, truth) => bound as f64 / truth as f64,
        }
    }

    /// Where it was, unless the bound is the truth everywhere.
    pub(crate) fn place(&self) -> String {
        if self.bound == self.truth {
            String::new()
        } else {
            format!("{} items of {} bytes", self.n, self.size)
        }
    }
}

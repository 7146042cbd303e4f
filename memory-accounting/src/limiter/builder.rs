//! Making a limiter that is not the plain one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use super::MemoryLimiter;
use super::admission::{Admission, LiveBytes};
use super::error::LimiterError;
use super::limits;
use super::sampler::{Sampled, Sampling};
use super::service;
use super::settings::{LimiterMode, LimiterSettings};
use super::source::{Resident, Source};
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken};
use crate::grant::{Detection, Detector, MemoryGrant};

/// Makes a [`MemoryLimiter`]; see [`MemoryLimiter::builder`].
#[derive(Debug)]
#[must_use = "a limiter is made by `start`"]
pub struct MemoryLimiterBuilder {
    grant: MemoryGrant,
    limit_source: Option<String>,
    firm_limit_bytes: u64,
    settings: LimiterSettings,
    source: Source,
    starts_above_limit: bool,
}

impl MemoryLimiterBuilder {
    pub(super) fn new(grant: MemoryGrant) -> Self {
        Self {
            grant,
            limit_source: None,
            firm_limit_bytes: 0,
            settings: LimiterSettings::default(),
            source: Source::default(),
            starts_above_limit: false,
        }
    }

    /// Goes by `settings` instead of the defaults.
    pub fn with_settings(self, settings: LimiterSettings) -> Self {
        Self { settings, ..self }
    }

    /// What was verified to fit runs without being slowed down: the firm limit of
    /// [`VerifiedBounds`](crate::VerifiedBounds), in bytes.
    pub fn with_verified_firm_limit(self, bytes: usize) -> Self {
        Self { firm_limit_bytes: bytes as u64, ..self }
    }

    /// Says in errors and reports where the grant is from, such as `--limit`.
    pub fn with_limit_source(self, source: impl Into<String>) -> Self {
        Self { limit_source: Some(source.into()), ..self }
    }

    /// Goes by the control groups of `detection`, and looks there again for changes, instead of looking for those of the process. What the
    /// process itself holds is read in any case.
    pub fn with_detection(self, detection: &Detection) -> Self {
        self.with_detector(Detector::new(detection.clone()))
    }

    pub(crate) fn with_detector(mut self, detector: Detector) -> Self {
        self.source.detector = Some(detector);
        self
    }

    /// Begins to limit also where the process holds more than its grant already, instead of
    /// [refusing](LimiterError::BelowUsageAtRest) to: memory is hard from the start, until something is freed or the
    /// [grant](MemoryLimiter::set_grant) is a greater one.
    pub fn even_above_limit(self) -> Self {
        Self { starts_above_limit: true, ..self }
    }

    /// Takes what `usage` returns, in bytes, for the memory in use, instead of what the allocator and the kernel say; of the latter, only
    /// what [`with_resident_source`](Self::with_resident_source) reads counts, before or after this.
    ///
    /// It is called on a thread of the limiter's own, for the first time before [`start`](Self::start) returns. `None`, or a panic, is counted
    /// as a reading that failed, and leaves the last one standing.
    pub fn with_usage_source(mut self, usage: impl Fn() -> Option<u64> + Send + Sync + 'static) -> Self {
        self.source.live = Some(of_the_root(usage));
        if matches!(self.source.resident, Resident::System) {
            self.source.resident = Resident::Nowhere;
        }
        self
    }

    /// Takes what `resident` returns, in bytes, for what the kernel would end the process for. It is called as
    /// [`with_usage_source`](Self::with_usage_source) says.
    pub fn with_resident_source(
        mut self,
        resident: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) -> Self {
        self.source.resident = Resident::Custom(of_the_root(resident));
        self
    }

    /// Calls `purge` to have the allocator give free memory back to the system, instead of
    /// [`allocator::purge`](crate::allocator::purge), which does that for glibc only.
    ///
    /// Without it, a limiter that enforces also has glibc keep less free memory from the start on: each heap a 256th of the limit, 128 KiB at least
    /// and 32 MiB at most, and blocks that are larger are mapped for themselves. Otherwise each keeps up to 64 MiB, which no other
    /// thread can use and no purge gives back. Blocks above that cost a system call and fetching their pages. Where the environment sets
    /// these thresholds (`GLIBC_TUNABLES`, `MALLOC_TRIM_THRESHOLD_`, `MALLOC_MMAP_THRESHOLD_`), it is left at that.
    ///
    /// It is called on a thread of the limiter's own, when much is resident that is not live, near the limit: at most once a second, and more seldom while it
    /// gives nothing back. It may take its time: some ten milliseconds are usual. What it gave back is measured by what resident memory fell.
    ///
    /// For jemalloc, all arenas are purged at once (4096 is its `MALLCTL_ARENAS_ALL`), by `mallctl` of `tikv-jemalloc-sys` with four empty
    /// arguments:
    ///
    /// ```ignore
    /// // SAFETY: the name ends in NUL, and this command takes nothing and gives nothing.
    /// builder.with_purge(|| unsafe {
    ///     mallctl(c"arena.4096.purge".as_ptr(), null_mut(), null_mut(), null_mut(), 0);
    /// })
    /// ```
    ///
    /// For mimalloc, by `libmimalloc-sys` with its feature `extended`:
    ///
    /// ```ignore
    /// // SAFETY: may be called at any time, on any thread.
    /// builder.with_purge(|| unsafe { mi_collect(true) })
    /// ```
    pub fn with_purge(mut self, purge: impl Fn() + Send + Sync + 'static) -> Self {
        self.source.purge = Some(of_the_root(purge));
        self
    }

    /// Begins to limit.
    ///
    /// # Errors
    ///
    /// See [`LimiterError`].
    pub fn start(self) -> Result<MemoryLimiter, LimiterError> {
        AllocationGroupToken::root().scope(|| self.started())
    }

    fn started(self) -> Result<MemoryLimiter, LimiterError> {
        self.settings.check()?;
        let tracks = AllocationGroupRegistry::allocator_installed();
        let no_thread = |reason: io::Error| LimiterError::NoThread { reason };
        let grant_bytes = self.grant.initial_limit_bytes() as u64;
        let mut sampling = Sampling::begin(&self.source, grant_bytes).map_err(no_thread)?;
        let first = sampling.take_first();
        let is_late = first.is_none();
        let first = first.unwrap_or_default();
        let live = match (&self.source.live, first.live) {
            (None, _) if tracks || first.resident.is_some() => LiveBytes::Allocator,
            (Some(_), Some(bytes)) => LiveBytes::Sampled(AtomicU64::new(bytes)),
            _ => {
                let late = is_late.then(|| io::ErrorKind::TimedOut.into());
                return Err(LimiterError::NoReading { reason: late.or_else(|| self.source.why_unread()) });
            }
        };
        let settings = self.settings.clone();
        let admission = Admission::new(
            self.grant,
            self.firm_limit_bytes,
            self.settings,
            live,
            self.limit_source,
            Instant::now,
            service::attend,
        );
        let now = Instant::now();
        admission.sampled(first, now);
        let overview = admission.overview(now);
        if !self.starts_above_limit
            && matches!(self.source.resident, Resident::System)
            && overview.ledger.held_bytes() >= overview.limits.full_bytes
        {
            return Err(LimiterError::BelowUsageAtRest {
                limit_bytes: overview.limits.full_bytes,
                limit_source: overview.limit_source,
                held_bytes: overview.ledger.held_bytes(),
                overhead_bytes: overview.ledger.overhead_bytes,
                enough_bytes: limits::enough(
                    (overview.ledger.tracked_bytes(), settings.tracked_soft_percent),
                    (overview.ledger.held_bytes(), settings.held_soft_percent),
                    self.grant.slop_factor(),
                ),
            });
        }
        if settings.mode == LimiterMode::Enforce {
            self.source.keep_free_at_most(grant_bytes.div_ceil(KEPT_FREE_PART));
        }
        let sampled = Arc::new(Sampled::new(admission, self.source, &settings));
        service::register(&sampled).map_err(no_thread)?;
        sampled.goes_on(sampling);
        Ok(MemoryLimiter::of(sampled))
    }
}

/// The part of the limit that each heap of glibc may keep free. There are up to eight for each processor (glibc 2.36, `arena_get2` in
/// malloc/arena.c), which together keep an eighth of the limit where there are four.
const KEPT_FREE_PART: u64 = 256;

/// What the limiter keeps belongs to no component, whoever makes it.
fn of_the_root<T>(value: T) -> Arc<T> {
    AllocationGroupToken::root().scope(|| Arc::new(value))
}

//! A limiter at one moment, for people and for programs.

use std::fmt;
use std::time::Instant;

use serde::Serialize;

use super::admission::Admission;
use super::counters::LimiterCounts;
use super::hooks::HookState;
use super::ledger::Ledger;
use super::level::Level;
use super::limits::Limits;
use super::service;
use super::settings::LimiterMode;
use crate::allocator::AllocationGroupRegistry;
use crate::bytes::Bytes;
use crate::system::PressureSignals;

/// What a limiter knows and has done, at one moment; see [`MemoryLimiter::state`](super::MemoryLimiter::state).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LimiterState {
    /// Whether it holds callers back.
    pub mode: LimiterMode,
    /// How scarce memory is.
    pub level: Level,
    /// What is in use.
    pub ledger: Ledger,
    /// The most overhead there was since the limiter was made, in bytes; `None` where resident memory was never read.
    pub greatest_overhead_bytes: Option<u64>,
    /// What may be.
    pub limits: Limits,
    /// Where the limit is from, where that was said.
    pub limit_source: Option<String>,
    /// What else the kernel says.
    pub kernel: KernelSignals,
    /// How many callers wait.
    pub waiting: usize,
    /// How many reservations there are.
    pub reservations: u64,
    /// Whether the limiter does its work.
    pub health: LimiterHealth,
    /// What it has done.
    pub counts: LimiterCounts,
    /// The hooks that give memory back, in the order in which they are asked.
    pub hooks: Vec<HookState>,
}

/// What the kernel says about memory that runs short, beside how much is in use. The limiter shows it, and does not decide by it. Each is `None` where the
/// system does not tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct KernelSignals {
    /// The part of the last ten seconds in which something waited for memory, from 0 to 1 (pressure stall information): in the control
    /// group, or on the machine where there is none of the group.
    pub stalled_lately: Option<f64>,
    /// Whether that is the control group's.
    pub stall_is_of_group: bool,
    /// How often the group went over its `memory.high`.
    pub high_events: Option<u64>,
    /// How often the group was at its limit, and memory had to be taken back first.
    pub max_events: Option<u64>,
    /// How many processes of the group the kernel has killed.
    pub oom_kills: Option<u64>,
}

impl KernelSignals {
    fn of(signals: PressureSignals) -> Self {
        Self {
            stalled_lately: signals.stall.map(|stall| stall.lately),
            stall_is_of_group: signals.stall.is_some_and(|stall| stall.is_of_group()),
            high_events: signals.high_events,
            max_events: signals.max_events,
            oom_kills: signals.oom_kills,
        }
    }
}

/// Whether a limiter does its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LimiterHealth {
    /// It does.
    Healthy,
    /// No reading of resident memory has come for a while, so it does not count; tracked bytes still do.
    StaleReading,
    /// The thread that lets callers through is not there: the process was forked, and the child has not waited yet; or the
    /// system refused the child a thread.
    NoThread,
}

impl LimiterState {
    /// That of `admission`, of which readings are taken if `reads`.
    pub(super) fn read(admission: &Admission, reads: bool, hooks: Vec<HookState>) -> Self {
        let now = Instant::now();
        let overview = admission.overview(now);
        let runs = service::is_running();
        let is_fresh = |at: Instant| now.saturating_duration_since(at) < overview.stale_after;
        let health = if !runs {
            LimiterHealth::NoThread
        } else if reads && !overview.reading_at.is_some_and(is_fresh) {
            LimiterHealth::StaleReading
        } else {
            LimiterHealth::Healthy
        };
        Self {
            mode: overview.mode,
            level: overview.level,
            ledger: overview.ledger,
            greatest_overhead_bytes: overview.greatest_overhead_bytes,
            limits: overview.limits,
            limit_source: overview.limit_source,
            kernel: KernelSignals::of(overview.signals),
            waiting: overview.waiting,
            reservations: overview.holders,
            health,
            counts: admission.counts(),
            hooks,
        }
    }

    /// Whether it does its work.
    pub(crate) fn is_healthy(&self) -> bool {
        self.health == LimiterHealth::Healthy
    }

    /// Whether what is live is known, and so what is beside the heap: a program in which nothing is live has no tracking allocator, and what is
    /// resident is then all beside it.
    pub(crate) fn knows_live(&self) -> bool {
        self.ledger.live_bytes > 0 || AllocationGroupRegistry::allocator_installed()
    }

    /// How far memory is on the way from empty to where callers wait, from 0 to 1, by the measure that is further.
    #[expect(clippy::cast_precision_loss, reason = "a part need not be exact")]
    pub fn fullness(&self) -> f64 {
        let part = |bytes: u64, hard: u64| if hard == 0 { 1.0 } else { bytes as f64 / hard as f64 };
        let tracked = part(self.ledger.tracked_bytes(), self.limits.tracked.hard);
        tracked.max(part(self.ledger.held_bytes(), self.limits.held.hard)).min(1.0)
    }
}

/// One line.
impl fmt::Display for LimiterState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mode, level, ledger, limits, limit_source, waiting, health, .. } = self;
        let (held, full) = (Bytes(ledger.held_bytes()), Bytes(limits.full_bytes));
        let promised = Bytes(ledger.unfilled_bytes);
        if self.knows_live() {
            write!(
                f,
                "{} of {} tracked ({} live, {promised} promised), {held} of {full} held ({} beside the heap), ",
                Bytes(ledger.tracked_bytes()),
                Bytes(limits.effective_bytes),
                Bytes(ledger.live_bytes),
                Bytes(ledger.overhead_bytes)
            )?;
        } else {
            write!(
                f,
                "{held} of {full} held (what is live is not told from the rest; {promised} promised), "
            )?;
        }
        if let Some(source) = limit_source {
            write!(f, "limit from {source}, ")?;
        }
        f.write_str(level.consequence(*mode))?;
        if *waiting > 0 {
            write!(f, ", {waiting} waiting now")?;
        }
        f.write_str(match health {
            LimiterHealth::Healthy => "",
            LimiterHealth::StaleReading => ", no reading of resident memory for a while",
            LimiterHealth::NoThread => ", its thread is not running",
        })
    }
}

//! Every metric: a new one is one entry in [`METRICS`], and both forms have it.

use std::time::Duration;

use super::{MetricDescription, MetricKind, MetricUnit};
use crate::allocator::AllocationGroupToken;
use crate::limiter::{LimiterState, WaitCounts};
use crate::registry::{ComponentUsage, LiveBytes};
use crate::report::MemoryReport;

/// A metric, and where its numbers are from.
pub(super) struct Metric {
    pub(super) description: MetricDescription,
    source: Source,
}

/// Where numbers are read from; there is no series where there is no number.
enum Source {
    /// One for each component, of the component by itself.
    Component(fn(&ComponentUsage) -> Option<Value>),
    Process(fn(&MemoryReport) -> Option<Value>),
    Limiter(fn(&LimiterState) -> Option<Value>),
    /// One for each value of the label.
    LimiterBy(fn(&LimiterState) -> [(&'static str, u64); 2]),
}

/// One number, or those of a histogram.
pub(super) enum Value {
    Gauge(f64),
    Counter(u64),
    Histogram(Histogram),
}

/// Which of the series of a metric numbers are of.
#[derive(Clone, Copy, Default)]
pub(super) struct Series<'a> {
    /// A label with its value, where there may be several.
    pub(super) label: Option<(&'static str, &'a str)>,
    /// The group that is counted, where it may be removed: another one begins at nothing under the same label.
    #[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "a page is written without"))]
    pub(super) group: Option<AllocationGroupToken>,
}

pub(super) struct Histogram {
    /// How many were up to each bound, in the unit of the metric.
    pub(super) buckets: Vec<(f64, u64)>,
    pub(super) sum: f64,
    pub(super) number: u64,
}

impl Metric {
    /// Shows every series.
    pub(super) fn visit(&self, report: &MemoryReport, visit: &mut impl FnMut(Series<'_>, Value)) {
        let label = |value| self.description.label.map(|label| (label, value));
        match self.source {
            Source::Component(read) => report.components.visit(&mut |usage, _| {
                if let Some(value) = read(usage) {
                    visit(Series { label: label(usage.name.as_str()), group: usage.group }, value);
                }
            }),
            Source::Process(read) => {
                if let Some(value) = read(report) {
                    visit(Series::default(), value);
                }
            }
            Source::Limiter(read) => {
                if let Some(value) = report.limiter.as_ref().and_then(read) {
                    visit(Series::default(), value);
                }
            }
            Source::LimiterBy(read) => {
                for (name, number) in report.limiter.as_ref().map(read).into_iter().flatten() {
                    visit(Series { label: label(name), group: None }, Value::Counter(number));
                }
            }
        }
    }
}

macro_rules! metrics {
    ($($name:literal $kind:ident $unit:expr, $label:expr, $help:literal, $reading:literal, $source:ident($read:expr);)*) => {
        pub(super) const METRICS: &[Metric] = &[$(Metric {
            description: MetricDescription {
                name: concat!("memory_accounting_", $name),
                kind: MetricKind::$kind,
                unit: $unit,
                label: $label,
                help: $help,
                reading: $reading,
            },
            source: Source::$source($read),
        },)*];
    };
}

const BYTES: Option<MetricUnit> = Some(MetricUnit::Bytes);
const COUNT: Option<MetricUnit> = Some(MetricUnit::Count);
const SECONDS: Option<MetricUnit> = Some(MetricUnit::Seconds);
const COMPONENT: Option<&str> = Some("component");

metrics! {
    "minimum_bytes" Gauge BYTES, COMPONENT, "Bytes the component declared to need up front",
        "Adds up over components. Infinite where it is unbounded.",
        Component(|usage| Some(declared(usage.declared.minimum)));
    "firm_limit_bytes" Gauge BYTES, COMPONENT, "Bytes the component declared to use at most",
        "Adds up over components, the minimum included. Infinite where it is unbounded.",
        Component(|usage| Some(declared(usage.declared.firm_limit)));
    "live_bytes" Gauge BYTES, COMPONENT, "Bytes the component has allocated and not freed",
        "Adds up over components to the heap of the process. `root` has what no component claims.",
        Component(|usage| usage.live.map(|live| gauge(live.bytes)));
    "live_allocations" Gauge COUNT, COMPONENT, "Allocations of the component that are not freed",
        "Many small ones show where live bytes alone do not.",
        Component(|usage| usage.live.map(|live| gauge(live.objects)));
    "peak_bytes" Gauge BYTES, COMPONENT, "The most bytes the component has held at once",
        "Does not add up: components have their peaks at different times. NaN where it is not known any more.",
        Component(|usage| peak(usage.peak_bytes, usage.live));
    "at_peak_bytes" Gauge BYTES, COMPONENT, "Bytes the component held when the process was at its peak",
        "Adds up over components to what was seen of `memory_accounting_process_peak_bytes`. There is none where nobody has looked: a limiter does.",
        Component(|usage| usage.at_peak_bytes.map(gauge));
    "reserved_bytes" Gauge BYTES, COMPONENT, "Bytes the component has reserved and not allocated yet",
        "Adds up over components, and to what is live.",
        Component(|usage| usage.reserved_bytes.map(gauge));
    "over_bytes" Gauge BYTES, COMPONENT, "Live and reserved bytes beyond what the component declared to use at most",
        "Above 0 the declaration is wrong, or the component is. There is none where nothing is declared.",
        Component(|usage| usage.over_bytes.map(gauge));
    "allocated_bytes_total" Counter BYTES, COMPONENT, "Bytes the component has ever allocated",
        "Its rate is how fast the component goes through memory.",
        Component(|usage| usage.counted.map(|counted| Value::Counter(counted.allocated_bytes)));
    "freed_bytes_total" Counter BYTES, COMPONENT, "Bytes of the component that were ever freed",
        "Where its rate stays below that of allocated bytes, the component grows.",
        Component(|usage| usage.counted.map(|counted| Value::Counter(counted.deallocated_bytes)));
    "allocations_total" Counter COUNT, COMPONENT, "Allocations the component has ever made",
        "Its rate is what the allocator is busy with.",
        Component(|usage| usage.counted.map(|counted| Value::Counter(counted.allocated_objects)));
    "frees_total" Counter COUNT, COMPONENT, "Allocations of the component that were ever freed",
        "Beside `memory_accounting_allocations_total`.",
        Component(|usage| usage.counted.map(|counted| Value::Counter(counted.deallocated_objects)));
    "process_peak_bytes" Gauge BYTES, None, "The most bytes that were live at once in all",
        "What the heap needed at most; the sum of the components' peaks is more.",
        Process(|report| peak(report.components.total_peak_bytes, report.components.total_live));
    "process_resident_bytes" Gauge BYTES, None, "Bytes of the process that are in physical memory",
        "Below what is live where pages were never touched.",
        Process(|report| report.resident_bytes.map(gauge));
    "grant_full_bytes" Gauge BYTES, None, "Bytes the process was granted",
        "The limit, the slop included.",
        Process(|report| report.grant.map(|grant| gauge(grant.initial_limit_bytes())));
    "grant_effective_bytes" Gauge BYTES, None, "Bytes the process was granted, less the slop",
        "What the firm limits have to fit.",
        Process(|report| report.grant.map(|grant| gauge(grant.effective_limit_bytes())));
    "tracking_installed" Gauge None, None, "Whether the tracking allocator is installed: 1, or 0",
        "At 0 nothing is known of what is live, nor of what is beside it.",
        Process(|report| report.allocator_installed.map(|is_installed| Value::Gauge(f64::from(u8::from(is_installed)))));
    "undeclared_bytes" Gauge BYTES, None, "Live bytes that nobody declared: of no component beyond what the root declares, and of components that declare nothing",
        "The slop is for them too. Where they grow, something allocates outside of every component, and no setting bounds it.",
        Process(|report| report.undeclared_bytes.map(gauge));
    "limiter_live_bytes" Gauge BYTES, None, "Bytes that are live, as the limiter knows them",
        "Threads tell it in batches, so it may differ a little from the sum over components. There is none without a tracking allocator.",
        Limiter(|limiter| limiter.knows_live().then(|| bytes(limiter.ledger.live_bytes)));
    "limiter_unfilled_bytes" Gauge BYTES, None, "Bytes that are reserved and not allocated yet",
        "Tracked, with what is live: held against the effective limit.",
        Limiter(|limiter| Some(bytes(limiter.ledger.unfilled_bytes)));
    "limiter_overhead_bytes" Gauge BYTES, None, "Resident bytes beside the heap",
        "Stacks, code, C libraries, fragmentation. The slop is for them: compare it with the full limit less the effective one. There is none without a tracking allocator.",
        Limiter(|limiter| limiter.knows_live().then(|| bytes(limiter.ledger.overhead_bytes)));
    "limiter_retained_bytes" Gauge BYTES, None, "Resident bytes that are free and that the allocator keeps",
        "They serve what is allocated next, and are in no use.",
        Limiter(|limiter| Some(bytes(limiter.ledger.retained_bytes)));
    "limiter_resident_bytes" Gauge BYTES, None, "Bytes for which the kernel would end the process",
        "There is none while they cannot be read.",
        Limiter(|limiter| limiter.ledger.resident_bytes.map(bytes));
    "limiter_effective_limit_bytes" Gauge BYTES, None, "The limit less the slop",
        "For what is live or reserved.",
        Limiter(|limiter| Some(bytes(limiter.limits.effective_bytes)));
    "limiter_full_limit_bytes" Gauge BYTES, None, "The limit the process is kept within",
        "For what is live, reserved or beside the heap.",
        Limiter(|limiter| Some(bytes(limiter.limits.full_bytes)));
    "limiter_level" Gauge None, None, "How scarce memory is: 0 normal, 1 soft, 2 hard",
        "At 1 callers are slowed, at 2 they wait.",
        Limiter(|limiter| Some(Value::Gauge(f64::from(limiter.level as u8))));
    "limiter_fullness_ratio" Gauge None, None, "How far memory is on the way to where callers wait, from 0 to 1",
        "By the measure that is further.",
        Limiter(|limiter| Some(Value::Gauge(limiter.fullness())));
    "limiter_healthy" Gauge None, None, "Whether the limiter does its work: 1, or 0",
        "At 0 its reading is old, or its thread is gone.",
        Limiter(|limiter| Some(Value::Gauge(f64::from(u8::from(limiter.is_healthy())))));
    "limiter_waiting_callers" Gauge COUNT, None, "Callers that wait for memory",
        "Now and then some do at level 2; many for long are overload.",
        Limiter(|limiter| Some(gauge(limiter.waiting)));
    "limiter_reservations" Gauge COUNT, None, "Reservations that are held",
        "Where it only grows, some are never dropped.",
        Limiter(|limiter| Some(Value::Gauge(number(limiter.reservations))));
    "limiter_reservations_made_total" Counter COUNT, None, "Reservations that were ever made",
        "What refusals are a part of.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.reserved)));
    "limiter_waited_total" Counter COUNT, None, "Callers that had to wait",
        "Those that wait now are in it, and those that gave up.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.waited)));
    "limiter_gave_up_total" Counter COUNT, None, "Callers that gave up waiting",
        "Their time was over, or nobody wanted the answer any more.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.gave_up)));
    "limiter_progressed_total" Counter COUNT, None, "Callers let through because they had waited long enough",
        "Where it grows, memory stays scarce.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.progressed)));
    "limiter_refused_total" Counter COUNT, Some("reason"), "Callers that were refused memory",
        "`exhausted`: there was no room then, another time there is. `rejected`: it was more than the limit, or came to be while it waited, and never fits.",
        LimiterBy(|limiter| {
            let counts = &limiter.counts;
            [
                ("exhausted", counts.refused_exhausted),
                ("rejected", counts.refused_above_limit.saturating_add(counts.refused_waiting)),
            ]
        });
    "limiter_would_have_waited_total" Counter COUNT, None, "Callers that would have waited or been refused, while the limiter only observes",
        "What enforcing would do.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.would_have_waited)));
    "limiter_exempted_total" Counter COUNT, None, "Calls of those that are never held back, while memory was scarce",
        "Where they are most calls, nobody is left to slow down.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.exempted)));
    "limiter_overdrawn_total" Counter COUNT, None, "Reservations, or growth of one, beyond the room there was",
        "So that a holder could get on.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.overdrawn)));
    "limiter_purged_bytes_total" Counter BYTES, None, "Bytes of free memory that were given back to the system",
        "What the allocator had kept.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.purged_bytes)));
    "limiter_reclaimed_bytes_total" Counter BYTES, None, "Bytes that live memory fell by while reclaim hooks ran",
        "What hooks are worth.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.reclaimed_bytes)));
    "limiter_reclaim_calls_total" Counter COUNT, None, "Calls of reclaim hooks",
        "Beside what they gave back.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.reclaim_calls)));
    "limiter_failed_readings_total" Counter COUNT, None, "Readings of memory that failed",
        "Where it grows, the limiter is half blind.",
        Limiter(|limiter| Some(Value::Counter(limiter.counts.failed_readings)));
    "limiter_wait_seconds" Histogram SECONDS, None, "How long those waited that had to and went on",
        "Those that gave up are not in it.",
        Limiter(|limiter| Some(Value::Histogram(waits(&limiter.counts.waits))));
}

/// Declared bytes; infinite where there is no bound.
fn declared(bytes: Option<usize>) -> Value {
    bytes.map_or(Value::Gauge(f64::INFINITY), gauge)
}

/// A peak; NaN where it is not known and may have been, because something is live: a recorder would keep an earlier one.
fn peak(bytes: Option<usize>, live: Option<LiveBytes>) -> Option<Value> {
    bytes.map(gauge).or(live.map(|_| Value::Gauge(f64::NAN)))
}

fn waits(waits: &WaitCounts) -> Histogram {
    Histogram {
        buckets: waits.cumulative().map(|(bound, number)| (bound.as_secs_f64(), number)).to_vec(),
        sum: Duration::from_micros(waits.microseconds).as_secs_f64(),
        number: waits.number(),
    }
}

fn gauge(count: usize) -> Value {
    bytes(count as u64)
}

fn bytes(bytes: u64) -> Value {
    Value::Gauge(number(bytes))
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 8 PiB; a gauge can hold no more")]
fn number(count: u64) -> f64 {
    count as f64
}

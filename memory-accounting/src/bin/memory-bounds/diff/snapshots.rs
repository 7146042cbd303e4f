//! What has moved between two snapshots of a running program.

mod text;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use memory_accounting::BoundsDifference;
use serde::Serialize;
use serde_json::{Map, Value};

pub(super) use self::text::{markdown, text};
use crate::running::{Status, Usage};

/// Something in two snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Both<T> {
    old: T,
    new: T,
}

/// All that has moved.
#[derive(Debug, Serialize)]
pub(super) struct Moved {
    /// Whether both are of one process: what was counted since its start is compared only then.
    same_process: bool,
    #[serde(skip)]
    processes: Both<Process>,
    /// From the first reading to the second, in milliseconds; negative where they are the other way round.
    elapsed_ms: i64,
    resident_bytes: Both<Option<usize>>,
    limit_bytes: Both<Option<usize>>,
    live_bytes: Both<Option<usize>>,
    /// The firm limit of everything; null where it is unbounded.
    declared_bytes: Both<Option<usize>>,
    limiter: Both<Option<Limiter>>,
    /// By how much the counts of the limiter have grown, of which those that have not are left out.
    outcomes: BTreeMap<String, u64>,
    /// The same of what the kernel counts for the control group.
    kernel: BTreeMap<String, u64>,
    /// How long those waited on average who had to and went on meanwhile; null where nobody did.
    average_wait_microseconds: Option<u64>,
    /// What has changed, by how much more or less it holds, and of the others those that have allocated meanwhile.
    components: Vec<Component>,
    #[serde(skip)]
    unchanged_components: usize,
    /// What is declared otherwise, where both say what is declared.
    declared: Option<BoundsDifference>,
}

#[derive(Clone, Copy, Debug)]
struct Process {
    pid: u32,
    uptime_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Limiter {
    mode: String,
    level: String,
    waiting: usize,
}

/// A component by itself, without what is below it. What is not there in one snapshot is left out there.
#[derive(Debug, Serialize)]
struct Component {
    #[serde(rename = "component")]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Figures>,
    /// What it has allocated from the one to the other; null where that is not known.
    allocated_bytes_per_second: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "as in all JSON here, a number of bytes is called so")]
struct Figures {
    /// Its firm limit; null where that is unbounded.
    declared_bytes: Option<usize>,
    live_bytes: Option<usize>,
    reserved_bytes: Option<usize>,
    peak_bytes: Option<usize>,
}

impl Moved {
    pub(super) fn of(old: &Status, new: &Status) -> Self {
        let both = |of: fn(&Status) -> Option<usize>| Both { old: of(old), new: of(new) };
        let same_process = new.is_of_process_of(old);
        let elapsed_ms = i64::try_from(i128::from(new.read_unix_ms) - i128::from(old.read_unix_ms));
        let elapsed_ms = elapsed_ms.unwrap_or(i64::MAX);
        let counted_ms = u64::try_from(elapsed_ms).ok().filter(|elapsed| same_process && *elapsed > 0);
        let (components, unchanged_components) = components(&old.components, &new.components, counted_ms);
        let grown = |of: fn(&crate::running::Limiter) -> &Map<String, Value>| {
            let of_both = old.limiter.as_ref().zip(new.limiter.as_ref());
            let of_both = of_both.filter(|_| same_process);
            of_both.map_or_else(BTreeMap::new, |(old, new)| grown(of(old), of(new)))
        };
        let waits = old.limiter.as_ref().zip(new.limiter.as_ref()).filter(|_| same_process);
        let declared = old.bounds.as_ref().zip(new.bounds.as_ref());
        let declared = declared.map(|(old, new)| BoundsDifference::between(old, new));
        Self {
            same_process,
            processes: Both { old: Process::of(old), new: Process::of(new) },
            elapsed_ms,
            resident_bytes: both(|status| status.resident_bytes.and_then(|bytes| bytes.try_into().ok())),
            limit_bytes: both(|status| status.limit.and_then(|limit| limit.bytes.try_into().ok())),
            live_bytes: both(|status| status.components.total_live.map(|live| live.bytes)),
            declared_bytes: both(|status| status.components.total_declared.firm_limit),
            limiter: Both { old: Limiter::of(old), new: Limiter::of(new) },
            average_wait_microseconds: waits.and_then(|(old, new)| average_wait(&old.counts, &new.counts)),
            outcomes: grown(|limiter| &limiter.counts),
            kernel: grown(|limiter| &limiter.kernel),
            components,
            unchanged_components,
            declared: declared.filter(|declared| !declared.is_empty()),
        }
    }
}

impl Process {
    fn of(status: &Status) -> Self {
        Self { pid: status.process.pid, uptime_ms: status.process.uptime_ms }
    }
}

impl Limiter {
    fn of(status: &Status) -> Option<Self> {
        let limiter = status.limiter.as_ref()?;
        let (mode, level) = (limiter.mode.clone(), limiter.level.clone());
        Some(Self { mode, level, waiting: limiter.waiting })
    }
}

impl Figures {
    fn of(usage: &Usage) -> Self {
        Self {
            declared_bytes: usage.declared.firm_limit,
            live_bytes: usage.live.map(|live| live.bytes),
            reserved_bytes: usage.reserved_bytes,
            peak_bytes: usage.peak_bytes,
        }
    }
}

impl Component {
    /// By how many bytes more or less it holds, and whether it is more.
    fn moved(&self) -> (usize, bool) {
        let live = |figures: &Option<Figures>| figures.and_then(|figures| figures.live_bytes).unwrap_or(0);
        let (old, new) = (live(&self.old), live(&self.new));
        (old.abs_diff(new), new > old)
    }
}

/// The components that have changed or allocated, and how many have not. What they have counted in `counted_ms` milliseconds can be compared.
fn components(old: &Usage, new: &Usage, counted_ms: Option<u64>) -> (Vec<Component>, usize) {
    let (old, new) = (by_name(old), by_name(new));
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let known = names.len();
    let per_second = |old: &Usage, new: &Usage| {
        // Less than before is another of the same name.
        let bytes = new.counted?.allocated_bytes.checked_sub(old.counted?.allocated_bytes)?;
        let per_second = u128::from(bytes).saturating_mul(1000).checked_div(u128::from(counted_ms?))?;
        u64::try_from(per_second).ok()
    };
    let components = names.into_iter().map(|name| {
        let (old, new) = (old.get(name).copied(), new.get(name).copied());
        Component {
            name: name.to_owned(),
            old: old.map(Figures::of),
            new: new.map(Figures::of),
            allocated_bytes_per_second: old.zip(new).and_then(|(old, new)| per_second(old, new)),
        }
    });
    let has_moved = |component: &Component| {
        component.old != component.new || component.allocated_bytes_per_second.is_some_and(|bytes| bytes > 0)
    };
    let mut moved: Vec<Component> = components.filter(has_moved).collect();
    moved.sort_by_key(|component| Reverse((component.moved(), component.allocated_bytes_per_second)));
    let unchanged = known.saturating_sub(moved.len());
    (moved, unchanged)
}

fn by_name(components: &Usage) -> BTreeMap<&str, &Usage> {
    let mut by_name = BTreeMap::new();
    components.visit(&mut |usage| {
        by_name.insert(usage.name.as_str(), usage);
    });
    by_name
}

/// Which numbers are greater than they were, and by how much.
fn grown(old: &Map<String, Value>, new: &Map<String, Value>) -> BTreeMap<String, u64> {
    let grown = new.iter().filter_map(|(name, new)| {
        let old = old.get(name).and_then(Value::as_u64).unwrap_or(0);
        let by = new.as_u64()?.checked_sub(old).filter(|by| *by > 0)?;
        Some((name.clone(), by))
    });
    grown.collect()
}

/// How many microseconds each of the waits that were counted meanwhile took.
fn average_wait(old: &Map<String, Value>, new: &Map<String, Value>) -> Option<u64> {
    let waits = |counts: &'_ Map<String, Value>| counts.get("waits").and_then(Value::as_object).cloned();
    let mut waits = grown(&waits(old)?, &waits(new)?);
    let microseconds = waits.remove("microseconds").unwrap_or(0);
    // What is left are how many waited up to how long, each counted once.
    microseconds.checked_div(waits.into_values().fold(0, u64::saturating_add))
}

//! What a process holds, beside what it declares: why, where that fits, its memory may run out all the same.

use std::cmp::Reverse;
use std::fmt;

use serde::Serialize;

use super::status::KnownLimit;
use crate::bytes::Bytes;
use crate::expr::Escaped;
use crate::limiter::{Level, LimiterState};
use crate::registry::ComponentUsage;
use crate::report::MemoryReport;
use crate::sizing::Explanation;

/// So many of those that hold too much are named, as elsewhere.
const NAMED: usize = 5;

/// What `/explain.json` answers: which setting to change, and whether that would help now.
#[derive(Debug, Serialize)]
pub(super) struct RunningExplanation {
    #[serde(flatten)]
    explanation: Explanation,
    held: Held,
}

/// What is held at one moment.
#[derive(Debug, Serialize)]
struct Held {
    /// What counts against the limit as the limiter knows it; where there is none, what is live, or else resident.
    bytes: Option<u64>,
    /// Of it, what is live; `None` where that is not known, and so nobody who holds it.
    live_bytes: Option<u64>,
    limit_bytes: u64,
    set_aside_bytes: u64,
    /// Of no component; `None` where that is not known.
    no_component_bytes: Option<u64>,
    /// Those that hold more than they declare, and by how much, the most first. Of those that lie in each other, the innermost.
    over: Vec<Holder>,
    /// Those that declare nothing, and what they hold.
    declaring_nothing: Vec<Holder>,
    /// Whether callers are held back, or more is held than is for components.
    is_scarce: bool,
    /// The setting that would free the most, at most what its component holds.
    frees_most: Option<Frees>,
}

#[derive(Debug, Serialize)]
struct Holder {
    component: String,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct Frees {
    component: String,
    key: String,
    at_most_bytes: u64,
}

impl RunningExplanation {
    pub(super) fn new(explanation: Explanation, report: &MemoryReport, limit: KnownLimit) -> Self {
        let held = Held::of(&explanation, report, limit);
        Self { explanation, held }
    }
}

impl Held {
    fn of(explanation: &Explanation, report: &MemoryReport, limit: KnownLimit) -> Self {
        let root = report.components();
        let live = root.total_live.map(|live| live.bytes as u64);
        let limiter = report.limiter();
        let resident = || report.resident_bytes().map(|bytes| bytes as u64);
        let bytes = limiter.map(|limiter| limiter.ledger.held_bytes()).or(live).or_else(resident);
        let (mut over, mut declaring_nothing) = (Vec::new(), Vec::new());
        for component in &root.subcomponents {
            collect_over(component, &mut over);
            collect_declaring_nothing(component, &mut declaring_nothing);
        }
        over.sort_by_key(|holder| Reverse(holder.bytes));
        declaring_nothing.sort_by_key(|holder| Reverse(holder.bytes));
        let is_pressed = |limiter: &LimiterState| limiter.level != Level::Normal;
        Self {
            bytes,
            live_bytes: live,
            limit_bytes: limit.bytes,
            set_aside_bytes: limit.bytes.saturating_sub(limit.effective_bytes),
            no_component_bytes: root.unclaimed_bytes().map(|bytes| bytes as u64),
            over,
            declaring_nothing,
            is_scarce: limiter.is_some_and(is_pressed)
                || bytes.is_some_and(|bytes| bytes > limit.effective_bytes),
            frees_most: frees_most(explanation, report),
        }
    }

    /// What of it no setting bounds.
    fn unbounded(&self) -> Vec<String> {
        let mut said = Vec::new();
        let over = self.over.iter();
        let beyond = over.clone().take(NAMED).map(|Holder { component, bytes }| {
            let bytes = Bytes(*bytes);
            format!("{component} holds {bytes} more than it declares: its declaration or its code is wrong, and no setting bounds that")
        });
        said.extend(beyond.chain(and_more(over.len())));
        if let Some(undeclared) = self.no_component_bytes.filter(|bytes| *bytes > self.set_aside_bytes) {
            said.push(format!(
                "{} are of no component, more than the {} that are set aside: no setting bounds them; find who allocates them,\n  \
                 and run that in the `token().scope` of a component that declares them",
                Bytes(undeclared),
                Bytes(self.set_aside_bytes)
            ));
        }
        // What is less is what the rest of the limit is for.
        let silent = self.declaring_nothing.iter().filter(|holder| holder.bytes > self.set_aside_bytes);
        let named = silent.clone().take(NAMED).map(|Holder { component, bytes }| {
            format!("{component} holds {} and declares nothing: no setting bounds it", Bytes(*bytes))
        });
        said.extend(named.chain(and_more(silent.count())));
        said
    }
}

/// What is said of those that are not named.
fn and_more(all: usize) -> Option<String> {
    let more = all.checked_sub(NAMED).filter(|more| *more > 0)?;
    Some(format!("and {more} more"))
}

/// `usage`, or what is below it, where that is over. Says whether anything is.
fn collect_over(usage: &ComponentUsage, over: &mut Vec<Holder>) -> bool {
    let mut is_below = false;
    for below in &usage.subcomponents {
        is_below |= collect_over(below, over);
    }
    let Some(bytes) = usage.total_over_bytes.filter(|bytes| *bytes > 0 && !is_below) else { return is_below };
    over.push(Holder { component: usage.name.clone(), bytes: bytes as u64 });
    true
}

fn collect_declaring_nothing(usage: &ComponentUsage, found: &mut Vec<Holder>) {
    if !usage.declares_nothing() {
        usage.subcomponents.iter().for_each(|below| collect_declaring_nothing(below, found));
    } else if let Some(live) = usage.total_live.filter(|live| live.bytes > 0) {
        found.push(Holder { component: usage.name.clone(), bytes: live.bytes as u64 });
    }
}

/// A smaller value frees at most what is held by the component that the setting is of.
fn frees_most(explanation: &Explanation, report: &MemoryReport) -> Option<Frees> {
    let frees = explanation.settings.iter().filter_map(|setting| {
        let usage = report.component(&setting.component)?;
        let held = usage.total_live?.bytes.saturating_sub(usage.unclaimed_bytes().unwrap_or(0));
        let bytes = setting.bytes.map_or(held, |bytes| bytes.min(held)) as u64;
        let (component, key) = (setting.component.clone(), setting.key.clone());
        (bytes > 0).then_some(Frees { component, key, at_most_bytes: bytes })
    });
    // The first of several, which is the one that is explained first.
    frees.reduce(|most, other| if other.at_most_bytes > most.at_most_bytes { other } else { most })
}

impl fmt::Display for RunningExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.explanation, self.held)
    }
}

/// What is held, and below it what no setting bounds; where memory is scarce, also the setting that helps most.
impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(bytes) = self.bytes else { return f.write_str("what is held now is not known") };
        write!(f, "held now: {}", Bytes(bytes))?;
        let hundredfold = u128::from(bytes).saturating_mul(100);
        if let Some(percent) = hundredfold.checked_div(u128::from(self.limit_bytes)) {
            write!(f, ", {percent} % of the limit of {}", Bytes(self.limit_bytes))?;
        }
        if self.live_bytes.is_none() {
            return f.write_str("; who holds it is not known, because nothing tracks what is allocated");
        }
        let unbounded = self.unbounded();
        for line in &unbounded {
            write!(f, "\n  {line}")?;
        }
        let then = if unbounded.is_empty() {
            f.write_str("\n  all of it is within what is declared and set aside")?;
            ";"
        } else {
            "\n  meanwhile"
        };
        match self.frees_most.as_ref().filter(|_| self.is_scarce) {
            Some(Frees { component, key, at_most_bytes }) => write!(
                f,
                "{then} a smaller {} in {component} frees the most, {} at most",
                Escaped(key),
                Bytes(*at_most_bytes)
            ),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::status::Origin;
    use super::*;
    use crate::expr::UsageExpr;
    use crate::grant::MemoryGrant;
    use crate::registry::{ComponentRegistry, DeclaredBytes, LiveBytes};
    use crate::sizing::explain;

    const MIB: usize = 1 << 20;

    /// The limit is 64 MiB, of which 48 are for components. `cache` declares 8 MiB, by `max_entries`, and `jobs` 2 MiB.
    fn said(live: [(&str, usize); 3], no_component: usize) -> String {
        let registry = ComponentRegistry::default();
        for (name, key, entries) in [("cache", "max_entries", 8), ("jobs", "capacity", 2)] {
            let entry = UsageExpr::constant("entry", MIB);
            let entries = UsageExpr::config(key, entries);
            let table = UsageExpr::product("table", entry, entries);
            registry.get_or_create(name).bounds_builder().firm().with_expr(table);
        }
        let explanation = explain(&registry.as_bounds(), 48 * MIB);
        let components = live.map(|(name, bytes)| {
            let firm_limit = registry.get_or_create(name).as_bounds().checked_firm_limit();
            ComponentUsage::new(name)
                .with_declared(DeclaredBytes::new(Some(0), firm_limit))
                .with_live(LiveBytes::new(bytes, 1), None)
        });
        let root = ComponentUsage::new("root").with_live(LiveBytes::new(no_component, 1), None);
        let report = MemoryReport::of(root.with_subcomponents(components.to_vec()));
        let limit = KnownLimit::of(MemoryGrant::with_slop_factor(64 * MIB, 0.25).unwrap(), Origin::Grant);
        RunningExplanation::new(explanation, &report, limit).to_string()
    }

    #[test]
    fn what_no_component_holds_is_bounded_by_no_setting() {
        assert_eq!(
            said([("cache", MIB / 8), ("jobs", 0), ("plugin", 0)], 72 * MIB),
            "10.0 MiB of 48.0 MiB are declared, which fits\n\
             held now: 72.1 MiB, 112 % of the limit of 64.0 MiB\n  \
             72.0 MiB are of no component, more than the 16.0 MiB that are set aside: no setting bounds them; find who allocates them,\n  \
             and run that in the `token().scope` of a component that declares them\n  \
             meanwhile a smaller max_entries in cache frees the most, 128.0 KiB at most"
        );
    }

    #[test]
    fn what_is_beyond_a_declaration_is_bounded_by_no_setting() {
        assert_eq!(
            said([("cache", MIB), ("jobs", 60 * MIB), ("plugin", 17 * MIB)], 15 * MIB),
            "10.0 MiB of 48.0 MiB are declared, which fits\n\
             held now: 93.0 MiB, 145 % of the limit of 64.0 MiB\n  \
             jobs holds 58.0 MiB more than it declares: its declaration or its code is wrong, and no setting bounds that\n  \
             plugin holds 17.0 MiB and declares nothing: no setting bounds it\n  \
             meanwhile a smaller capacity in jobs frees the most, 2.0 MiB at most"
        );
    }

    #[test]
    fn within_what_is_declared_a_setting_frees_at_most_what_is_held() {
        assert_eq!(
            said([("cache", MIB / 2), ("jobs", 0), ("plugin", 0)], 15 * MIB),
            "10.0 MiB of 48.0 MiB are declared, which fits\n\
             held now: 15.5 MiB, 24 % of the limit of 64.0 MiB\n  \
             all of it is within what is declared and set aside"
        );
        let mut scarce = Held {
            bytes: Some(50),
            live_bytes: Some(50),
            limit_bytes: 64,
            set_aside_bytes: 16,
            no_component_bytes: Some(0),
            over: Vec::new(),
            declaring_nothing: Vec::new(),
            is_scarce: true,
            frees_most: None,
        };
        let plain =
            "held now: 50 B, 78 % of the limit of 64 B\n  all of it is within what is declared and set aside";
        assert_eq!(scarce.to_string(), plain);
        let (component, key) = ("cache".to_owned(), "max_entries".to_owned());
        scarce.frees_most = Some(Frees { component, key, at_most_bytes: 40 });
        assert_eq!(
            scarce.to_string(),
            format!("{plain}; a smaller max_entries in cache frees the most, 40 B at most")
        );
    }

    #[test]
    fn no_setting_is_said_to_free_more_than_its_component_holds() {
        let registry = ComponentRegistry::default();
        for (name, bytes) in [("big", 8), ("small", 2)] {
            let entries = UsageExpr::config("entries", bytes);
            registry.get_or_create(name).bounds_builder().firm().with_expr(entries);
        }
        let live = |name, bytes| ComponentUsage::new(name).with_live(LiveBytes::new(bytes, 1), None);
        let root = ComponentUsage::new("root").with_subcomponents(vec![live("big", 1), live("small", 9)]);
        let frees = frees_most(&explain(&registry.as_bounds(), 10), &MemoryReport::of(root)).unwrap();
        assert_eq!((frees.component.as_str(), frees.at_most_bytes), ("small", 2));
    }
}

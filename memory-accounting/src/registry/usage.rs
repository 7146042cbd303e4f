//! Declared against live bytes of every component.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::ComponentRegistry;
use crate::allocator::{AllocationGroupRegistry, AllocationStatsSnapshot};
use crate::bounds::{ComponentBounds, ROOT_NAME, full_name};
use crate::lock::lock;

/// What a component and everything below it declared, and what they have allocated right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComponentUsage {
    /// The name from the root, joined by dots; `root` for the root itself.
    pub name: String,
    /// Declared by the component itself.
    pub declared: DeclaredBytes,
    /// Declared together with everything below it.
    pub total_declared: DeclaredBytes,
    /// Allocated by the component itself; at the root, by everything that no component claims.
    pub live: LiveBytes,
    /// Allocated together with everything below it.
    pub total_live: LiveBytes,
    /// The direct subcomponents, in the order of their names.
    pub subcomponents: Vec<ComponentUsage>,
}

/// Declared bytes; `usize::MAX` on overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeclaredBytes {
    /// Needed up front.
    pub minimum: usize,
    /// The most that may be used, the minimum included.
    pub firm_limit: usize,
}

/// What is allocated and not yet freed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LiveBytes {
    /// Requested bytes.
    pub bytes: usize,
    /// Allocations.
    pub objects: usize,
    /// Whether an allocation group exists for it; without one, nothing was attributed.
    pub tracked: bool,
}

impl ComponentUsage {
    /// Calls `visit` with this component and everything below it, each before its subcomponents, and how deep it
    /// lies.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a ComponentUsage, usize)) {
        self.visit_from(0, visit);
    }

    fn visit_from<'a>(&'a self, depth: usize, visit: &mut impl FnMut(&'a ComponentUsage, usize)) {
        visit(self, depth);
        for child in &self.subcomponents {
            child.visit_from(depth.saturating_add(1), visit);
        }
    }
}

impl ComponentRegistry {
    /// Declared and live bytes of this component and everything below it. For the root, what no
    /// component claims is the root's own, so that its total is the whole process.
    ///
    /// Reading registers nothing and changes nothing.
    pub fn usage(&self) -> ComponentUsage {
        let bounds = self.as_bounds();
        let mut live = self.live_by_path();
        if self.path.is_empty() {
            // A group whose component was removed or reset away is shown nowhere, so it claims nothing.
            live.retain(|path, _| bounds.get(path).is_some());
            let unclaimed = unclaimed(&live.keys().map(|path| full_name(path)).collect());
            live.insert(Vec::new(), unclaimed);
        }
        usage_of(&bounds, &mut self.path.clone(), &live)
    }

    fn live_by_path(&self) -> BTreeMap<Vec<String>, LiveBytes> {
        let tokens = lock(&self.components.tokens).clone();
        tokens.into_iter().map(|(path, token)| (path, live(token.stats()))).collect()
    }
}

/// What is alive in the root group, in groups of none of the components `claimed`, and in groups that were removed.
fn unclaimed(claimed: &BTreeSet<String>) -> LiveBytes {
    let groups = AllocationGroupRegistry::global();
    let mut unclaimed = live(groups.removed_allocation_groups());
    groups.visit_snapshots(|name, snapshot| {
        if name == ROOT_NAME || !claimed.contains(name) {
            unclaimed = add(unclaimed, live(*snapshot));
        }
    });
    unclaimed
}

fn usage_of(
    bounds: &ComponentBounds,
    path: &mut Vec<String>,
    live: &BTreeMap<Vec<String>, LiveBytes>,
) -> ComponentUsage {
    let name = full_name(path);
    let own = live.get(path).copied().unwrap_or_default();
    let mut subcomponents = Vec::new();
    for (child, bounds) in bounds.subcomponents() {
        path.push(child.clone());
        subcomponents.push(usage_of(bounds, path, live));
        path.pop();
    }
    ComponentUsage {
        name,
        declared: DeclaredBytes {
            minimum: bounds.checked_own_minimum().unwrap_or(usize::MAX),
            firm_limit: bounds.checked_own_firm_limit().unwrap_or(usize::MAX),
        },
        total_declared: DeclaredBytes {
            minimum: bounds.total_minimum_required_bytes(),
            firm_limit: bounds.total_firm_limit_bytes(),
        },
        live: own,
        total_live: subcomponents.iter().fold(own, |total, child| add(total, child.total_live)),
        subcomponents,
    }
}

fn live(stats: AllocationStatsSnapshot) -> LiveBytes {
    LiveBytes {
        bytes: stats.live_bytes(),
        objects: stats.live_objects(),
        tracked: AllocationGroupRegistry::allocator_installed(),
    }
}

fn add(a: LiveBytes, b: LiveBytes) -> LiveBytes {
    LiveBytes {
        bytes: a.bytes.saturating_add(b.bytes),
        objects: a.objects.saturating_add(b.objects),
        tracked: a.tracked || b.tracked,
    }
}

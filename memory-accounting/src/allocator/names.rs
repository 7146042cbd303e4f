//! Which groups there are, and what becomes of the slots of those that are removed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::drain::drain;
use super::group::{Group, GroupId};
use super::stats::AllocationStatsSnapshot;
use super::tables::TABLES;
use super::{barrier, levels, slots, sum};

/// How many removed groups a registration looks at, so that it stays cheap however many drain.
const LOOKED_AT: usize = 4;

/// Groups and their names, to be looked through.
pub(super) type NamedGroups = [(Arc<str>, Group)];

/// The groups by name, and the slots that have none.
#[derive(Debug)]
pub(super) struct Names {
    by_name: BTreeMap<Arc<str>, Group>,
    by_slot: BTreeMap<GroupId, Arc<str>>,
    /// Removed, with something alive or a thread inside when last looked at.
    draining: VecDeque<Group>,
    free: Vec<GroupId>,
    /// The groups once more, for those who visit them, by name and by chunk; none since the last change.
    listed_by_name: Option<Arc<NamedGroups>>,
    listed_by_chunk: Option<Arc<[Box<NamedGroups>]>>,
}

impl Names {
    pub(super) const fn new() -> Self {
        Self {
            by_name: BTreeMap::new(),
            by_slot: BTreeMap::new(),
            draining: VecDeque::new(),
            free: Vec::new(),
            listed_by_name: None,
            listed_by_chunk: None,
        }
    }

    /// All groups but the root by name, in a list that stays as it is.
    pub(super) fn list_by_name(&mut self) -> Arc<NamedGroups> {
        let by_name = &self.by_name;
        let make = || by_name.iter().map(|(name, group)| (Arc::clone(name), *group)).collect();
        Arc::clone(self.listed_by_name.get_or_insert_with(make))
    }

    /// The same, but those together whose counters are in one chunk.
    pub(super) fn list_by_chunk(&mut self) -> Arc<[Box<NamedGroups>]> {
        let (by_name, by_slot) = (&self.by_name, &self.by_slot);
        let make = || {
            let named = by_slot.iter().map(|(slot, name)| (Arc::clone(name), slots::group_in(*slot)));
            let listed: Vec<_> = named.filter(|(name, group)| by_name.get(name) == Some(group)).collect();
            let chunks =
                listed.chunk_by(|(_, one), (_, other)| one.id().chunk_index() == other.id().chunk_index());
            chunks.map(Box::from).collect()
        };
        Arc::clone(self.listed_by_chunk.get_or_insert_with(make))
    }

    pub(super) const fn by_name(&self) -> &BTreeMap<Arc<str>, Group> {
        &self.by_name
    }

    pub(super) fn name_of(&self, group: Group) -> Option<&str> {
        slots::of(group.id())
            .is_held(group.generation())
            .then(|| self.by_slot.get(&group.id()))?
            .map(|name| &**name)
    }

    pub(super) fn find_or_register(&mut self, name: &str) -> Option<Group> {
        if let Some(group) = self.by_name.get(name) {
            return Some(*group);
        }
        let group = slots::group_in(self.take_slot()?);
        let name: Arc<str> = Arc::from(name);
        self.change();
        self.by_name.insert(Arc::clone(&name), group);
        self.by_slot.insert(group.id(), name);
        Some(group)
    }

    /// Removes `group`; `false` where that was done before, or it is built in.
    pub(super) fn remove(&mut self, group: Group) -> bool {
        let Some(name) = self.name_of(group) else { return false };
        let name: Arc<str> = Arc::from(name);
        if !slots::of(group.id()).remove(group.generation()) {
            return false;
        }
        self.change();
        self.by_name.remove(&name);
        self.draining.push_back(group);
        self.recycle(1);
        true
    }

    /// What the removed groups have allocated and not yet deallocated, among the rest of their counts.
    pub(super) fn draining(&self) -> AllocationStatsSnapshot {
        let mut all = AllocationStatsSnapshot::empty();
        for group in &self.draining {
            all.merge(&sum::group(*group));
        }
        all
    }

    /// Before groups come or go: those who visit them need a new list.
    fn change(&mut self) {
        (self.listed_by_name, self.listed_by_chunk) = (None, None);
    }

    fn take_slot(&mut self) -> Option<GroupId> {
        self.recycle(LOOKED_AT);
        if let Some(slot) = self.free.pop().or_else(GroupId::allot) {
            return Some(slot);
        }
        self.recycle(self.draining.len());
        self.free.pop()
    }

    /// Looks at `most` of the removed groups in turn, the latest first, and frees the slots of the drained ones.
    fn recycle(&mut self, most: usize) {
        // What a thread inside a group would undo is only ruled out after the barrier.
        if self.draining.is_empty() {
            return;
        }
        let Some(passed) = barrier::heavy() else { return };
        for _ in 0..most.min(self.draining.len()) {
            let Some(group) = self.draining.pop_back() else { return };
            match drain(group.id(), slots::of(group.id()), levels::of(group.id()), &TABLES, &passed) {
                Some(renewed) => {
                    self.by_slot.remove(&group.id());
                    self.free.extend(renewed.then_some(group.id()));
                }
                None => self.draining.push_front(group),
            }
        }
    }
}

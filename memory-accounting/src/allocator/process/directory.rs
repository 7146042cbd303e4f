//! Which groups there are, and what becomes of the slots of those that are removed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::tables::TABLES;
use super::{slots, watermarks};
use crate::allocator::protocol::barrier;
use crate::allocator::protocol::groups::{Group, GroupId};
use crate::allocator::protocol::tables::reclaim;
use crate::lock::{self, Guard};

/// How many removed groups a registration looks at, so that it stays cheap however many wait to be reclaimed.
const LOOKED_AT: usize = 4;

/// Groups and their names, to be looked through.
pub(crate) type NamedGroups = [(Arc<str>, Group)];

/// The groups of the process but the root, and their names.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Those that are found by their name.
    by_name: BTreeMap<Arc<str>, Group>,
    /// The names of all, by the slot they have; of removed ones as well.
    by_slot: BTreeMap<GroupId, Arc<str>>,
    /// Removed, with something alive or a thread inside when last looked at.
    removed: VecDeque<Group>,
    /// Slots to be given out again.
    free: Vec<GroupId>,
    /// The groups once more, for those who visit them, by name and by chunk; none since the last change.
    listed_by_name: Option<Arc<NamedGroups>>,
    listed_by_chunk: Option<Arc<[Box<NamedGroups>]>>,
}

/// The directory of the process. What is allocated while it is held should count to the root group.
pub(crate) fn lock() -> Guard<'static, Directory> {
    static DIRECTORY: Mutex<Directory> = Mutex::new(Directory::new());

    lock::lock(&DIRECTORY)
}

/// Does `work` while the slot of `group` cannot go to another; `None` if it has.
pub(crate) fn while_held<R>(group: Group, work: impl FnOnce() -> R) -> Option<R> {
    let _directory = lock();
    slots::of(group.id()).is_held(group.generation()).then(work)
}

impl Directory {
    const fn new() -> Self {
        Self {
            by_name: BTreeMap::new(),
            by_slot: BTreeMap::new(),
            removed: VecDeque::new(),
            free: Vec::new(),
            listed_by_name: None,
            listed_by_chunk: None,
        }
    }

    /// All groups but the root by name, in a list that stays as it is.
    pub(crate) fn list_by_name(&mut self) -> Arc<NamedGroups> {
        let by_slot = &self.by_slot;
        let make = || {
            let mut listed: Vec<_> = registered(by_slot).collect();
            listed.sort_by(|(one, _), (other, _)| one.cmp(other));
            listed.into()
        };
        Arc::clone(self.listed_by_name.get_or_insert_with(make))
    }

    /// The same, but those together whose counters are in one chunk.
    pub(crate) fn list_by_chunk(&mut self) -> Arc<[Box<NamedGroups>]> {
        let by_slot = &self.by_slot;
        let make = || {
            let listed: Vec<_> = registered(by_slot).collect();
            let chunks =
                listed.chunk_by(|(_, one), (_, other)| one.id().chunk_index() == other.id().chunk_index());
            chunks.map(Box::from).collect()
        };
        Arc::clone(self.listed_by_chunk.get_or_insert_with(make))
    }

    /// The group that is found by `name`.
    pub(crate) fn find(&self, name: &str) -> Option<Group> {
        self.by_name.get(name).copied()
    }

    /// The name of `group`, also while it is removed and its slot is still its own.
    pub(crate) fn name_of(&self, group: Group) -> Option<&str> {
        let held = slots::of(group.id()).is_held(group.generation());
        held.then(|| self.by_slot.get(&group.id()).map(|name| &**name)).flatten()
    }

    /// The group that is found by `name`, made where there is none; `None` once all slots are taken.
    pub(crate) fn find_or_register(&mut self, name: &str) -> Option<Group> {
        if let Some(group) = self.find(name) {
            return Some(group);
        }
        let (name, group) = self.register(name)?;
        self.by_name.insert(name, group);
        Some(group)
    }

    /// A new group that is shown as `name` and not found by it; `None` once all slots are taken.
    pub(crate) fn register_distinct(&mut self, name: &str) -> Option<Group> {
        self.register(name).map(|(_, group)| group)
    }

    fn register(&mut self, name: &str) -> Option<(Arc<str>, Group)> {
        let group = slots::group_in(self.take_slot()?);
        let name: Arc<str> = Arc::from(name);
        self.forget_lists();
        self.by_slot.insert(group.id(), Arc::clone(&name));
        Some((name, group))
    }

    /// Removes `group`; `false` where that was done before, or it is built in.
    pub(crate) fn remove(&mut self, group: Group) -> bool {
        let Some(name) = self.by_slot.get(&group.id()).cloned() else { return false };
        if !slots::of(group.id()).remove(group.generation()) {
            return false;
        }
        self.forget_lists();
        if self.find(&name) == Some(group) {
            self.by_name.remove(&name);
        }
        self.removed.push_back(group);
        self.reclaim(1);
        true
    }

    /// All groups in the order of their slots, so the root first, those included that [were removed](Self::removed).
    pub(crate) fn all(&self) -> Vec<Group> {
        let mut all = Vec::with_capacity(self.by_slot.len().saturating_add(1));
        all.push(Group::ROOT);
        all.extend(self.by_slot.keys().map(|slot| slots::group_in(*slot)));
        all
    }

    /// The groups that were removed and whose slots were not reclaimed when last looked at.
    pub(crate) fn removed(&self) -> Vec<Group> {
        self.removed.iter().copied().collect()
    }

    /// Before groups come or go: those who visit them need new lists.
    fn forget_lists(&mut self) {
        (self.listed_by_name, self.listed_by_chunk) = (None, None);
    }

    fn take_slot(&mut self) -> Option<GroupId> {
        self.reclaim(LOOKED_AT);
        if let Some(slot) = self.free.pop().or_else(slots::allot) {
            return Some(slot);
        }
        self.reclaim(self.removed.len());
        self.free.pop()
    }

    /// Looks at `most` of the removed groups in turn, the latest first, and frees the slots of those that nothing is left of.
    fn reclaim(&mut self, most: usize) {
        if self.removed.is_empty() {
            return;
        }
        // Only after the barrier is it certain that no thread is about to enter.
        let Some(passed) = barrier::heavy() else { return };
        for _ in 0..most.min(self.removed.len()) {
            let Some(group) = self.removed.pop_back() else { return };
            match reclaim(group.id(), slots::of(group.id()), watermarks::of(group.id()), &TABLES, &passed) {
                Some(renewed) => {
                    self.by_slot.remove(&group.id());
                    self.free.extend(renewed.then_some(group.id()));
                }
                None => self.removed.push_front(group),
            }
        }
    }
}

/// The groups that were not removed, in the order of their slots.
fn registered(by_slot: &BTreeMap<GroupId, Arc<str>>) -> impl Iterator<Item = (Arc<str>, Group)> {
    let all = by_slot.iter().map(|(slot, name)| (name, slots::group_in(*slot)));
    let registered = all.filter(|(_, group)| slots::of(group.id()).is_registered(group.generation()));
    registered.map(|(name, group)| (Arc::clone(name), group))
}

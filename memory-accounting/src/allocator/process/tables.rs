//! The tables of the process.

use super::slots;
use crate::allocator::protocol::counters::GroupCounters;
use crate::allocator::protocol::groups::{GroupId, MAXIMUM_GROUPS};
use crate::allocator::protocol::tables::{CounterTable, CounterTables};

/// For threads without a table; no memory until they are used.
static SHARED: [GroupCounters; MAXIMUM_GROUPS as usize] =
    [const { GroupCounters::new() }; MAXIMUM_GROUPS as usize];

/// All the tables of the process.
pub(crate) static TABLES: CounterTables = CounterTables::new(&SHARED);

/// Counters that any thread may add to, with the `share_` methods.
pub(crate) fn shared(group: GroupId) -> &'static GroupCounters {
    // A slot that no group can have, which only a corrupted block could name, is not worth a branch.
    static FALLBACK: GroupCounters = GroupCounters::new();
    TABLES.shared(group).unwrap_or(&FALLBACK)
}

/// A table for this thread to own, with room for `group` and, where it is a new one, for all groups there are.
pub(crate) fn acquire(group: GroupId) -> Option<&'static CounterTable> {
    TABLES.acquire(group, slots::allotted())
}

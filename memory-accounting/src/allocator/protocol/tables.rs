//! The table of every thread, and what they all come to.

#[cfg_attr(not(loom), expect(unsafe_code, reason = "makes tables outside of the tracked heap"))]
mod counter_table;
#[expect(unsafe_code, reason = "follows the links of a list that only grows")]
mod counter_tables;
mod reclaim;
mod sum;

pub(crate) use self::counter_table::CounterTable;
pub(crate) use self::counter_tables::CounterTables;
pub(crate) use self::reclaim::reclaim;
pub(crate) use self::sum::Counted;

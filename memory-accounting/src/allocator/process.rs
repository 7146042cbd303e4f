//! What a process has one of: the slots, tables and watermarks that threads meet in, the directory of its groups, and their totals.

pub(crate) mod batch;
pub(crate) mod directory;
pub(crate) mod slots;
pub(crate) mod tables;
pub(crate) mod totals;
pub(crate) mod watermarks;

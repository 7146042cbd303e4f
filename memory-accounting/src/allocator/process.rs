//! What a process has one of: the slots, tables and watermarks that threads meet in, the directory of its groups, and their totals.

pub(crate) mod batch;
pub(crate) mod directory;
pub(crate) mod slots;
pub(crate) mod tables;
pub(crate) mod totals;
#[expect(unsafe_code, reason = "reaches the thread that is woken through a pointer")]
pub(crate) mod waker;
pub(crate) mod watermarks;

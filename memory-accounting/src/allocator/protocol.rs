//! What threads do to each other: how a count is kept without locks, how a group is entered while another thread removes it, and when
//! a slot may go to the next group.
//!
//! Nothing here is a static, and nothing asks for the process's own: a test makes as many worlds as it likes. `tests/loom` compiles this
//! module a second time, with the atomic types of `loom`, and explores what its threads can do in every order.
//!
//! | room | subject |
//! |---|---|
//! | [`counters`] | what one thread has counted for one group, and the watermark that all threads report to |
//! | [`groups`] | what stands for a group, who has entered it, and whether it was removed |
//! | [`tables`] | the counters and entered groups of one thread, all such tables, their sums, and reclaiming a slot |

pub(crate) mod atomic;
#[cfg_attr(all(target_os = "linux", not(loom)), expect(unsafe_code, reason = "makes a system call"))]
pub(crate) mod barrier;
pub(crate) mod counters;
pub(crate) mod groups;
pub(crate) mod tables;

//! A process whose memory is full forks.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Calls;
use crate::confined::{self, Program};
use crate::policy::Policy;

/// When the system ends a child that hangs.
const SECONDS: libc::c_uint = 5;

/// Holds a grant, all of it, and forks; the child frees it and calls, with a limiter of its own or its parent's.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Fork {
    pub(crate) policy: Policy,
    pub(crate) limit_bytes: usize,
    pub(crate) held_bytes: usize,
    pub(crate) child: Child,
}

/// Whose limiter the child asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Child {
    /// The one it has from its parent, whose thread it has not.
    OfParent,
    /// One that it made.
    OfItsOwn,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Forked {
    /// Whether all of the child's calls came back.
    pub(crate) child_went_on: bool,
}

impl Program for Fork {
    const NAME: &'static str = "fork";

    type Report = Forked;

    fn run(self) {
        let held = vec![1_u8; self.held_bytes];
        let policy = self.policy.enforce(self.limit_bytes);
        // Until a limiter that polls has seen it too.
        Calls::make(&policy, Duration::from_millis(500));
        let status = fork(|| {
            drop(held);
            let own = (self.child == Child::OfItsOwn).then(|| self.policy.enforce(self.limit_bytes));
            Calls::make(own.as_ref().unwrap_or(&policy), Duration::from_secs(1));
        });
        confined::report(&Forked { child_went_on: status == 0 });
    }
}

/// Runs `child` in a child process, and returns how that ended.
#[expect(unsafe_code, reason = "forks")]
fn fork(child: impl FnOnce()) -> libc::c_int {
    // SAFETY: the child goes on with a copy of this thread, and ends below.
    match unsafe { libc::fork() } {
        -1 => panic!("no child: {}", std::io::Error::last_os_error()),
        0 => {
            // SAFETY: only asks for a signal.
            unsafe { libc::alarm(SECONDS) };
            child();
            // SAFETY: ends the child without running what the parent registered for its end.
            unsafe { libc::_exit(0) }
        }
        process => {
            let mut status = 0;
            // SAFETY: a child of this process, and a place of ours.
            assert_eq!(unsafe { libc::waitpid(process, &raw mut status, 0) }, process);
            status
        }
    }
}

//! Memory that is used and freed, and kept by the allocator.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Calls;
use crate::confined::{self, Program};
use crate::policy::Policy;

const BLOCK_BYTES: usize = 1000;

/// Fills its grant with small blocks while it pushes nobody back, frees them, and then calls.
///
/// The last block lives on. It lies on top of the heap, and below it the C library gives nothing back to the system.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Burst {
    pub(crate) policy: Policy,
    pub(crate) limit_bytes: usize,
    pub(crate) freed_bytes: usize,
}

impl Program for Burst {
    const NAME: &'static str = "burst";

    type Report = Calls;

    fn run(self) {
        let policy = self.policy.enforce(self.limit_bytes);
        let mut blocks: Vec<_> =
            (0..self.freed_bytes / BLOCK_BYTES).map(|_| vec![1_u8; BLOCK_BYTES]).collect();
        // Until a limiter that polls has seen it too.
        Calls::make(&policy, Duration::from_millis(500));
        let last = blocks.pop();
        drop(blocks);
        confined::report(&Calls::make(&policy, Duration::from_secs(3)));
        drop(last);
    }
}

//! Another process of the group.

use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::confined::{self, Program};

/// Longer than any test takes.
const TIME: Duration = Duration::from_secs(60);

/// Holds memory until it is killed, and reports when it does.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Hold {
    pub(crate) bytes: usize,
}

impl Program for Hold {
    const NAME: &'static str = "hold";

    /// Empty: that it holds what it should.
    type Report = ();

    fn run(self) {
        let held = vec![1_u8; self.bytes];
        confined::report(&());
        thread::sleep(TIME);
        drop(std::hint::black_box(held));
    }
}

//! The loads that a limiter is to survive.

use super::super::policy::Policy;
use super::super::size::{KIBIBYTE, MEBIBYTE};
use super::{Intake, Load};

/// A few fast producers.
pub(crate) const EIGHT_PRODUCERS: Load = Load {
    policy: Policy::None,
    limit_bytes: 128 * MEBIBYTE,
    intake: Intake::Tasks,
    producers: 8,
    block_bytes: 64 * KIBIBYTE,
    drain_bytes: 20 * MEBIBYTE,
    inflow_bytes: None,
    flat_out_after_milliseconds: None,
    milliseconds: 5_000,
};

/// The same, each as fast as a network may be. All bring five times what the drain takes.
pub(crate) const PACED_PRODUCERS: Load = Load { inflow_bytes: Some(100 * MEBIBYTE), ..EIGHT_PRODUCERS };

/// So many that what each takes between two looks at the memory is a good part of it.
pub(crate) const MANY_PRODUCERS: Load =
    Load { limit_bytes: 64 * MEBIBYTE, producers: 256, block_bytes: 16 * KIBIBYTE, ..EIGHT_PRODUCERS };

/// The same, with blocks that take a quarter of the memory once around.
pub(crate) const MANY_PRODUCERS_OF_LARGE_BLOCKS: Load = Load { block_bytes: 64 * KIBIBYTE, ..MANY_PRODUCERS };

/// Each connection holds a block while it waits for what is to be in it.
pub(crate) const CONNECTIONS: Load = Load { intake: Intake::Connections, producers: 500, ..EIGHT_PRODUCERS };

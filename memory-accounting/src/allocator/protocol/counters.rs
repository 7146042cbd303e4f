//! What is counted for a group.

mod amount;
mod group_counters;
mod peak_level;
mod recent_sizes;
mod wake_level;
mod watermark;

pub(crate) use self::amount::Amount;
pub(crate) use self::group_counters::GroupCounters;
pub(crate) use self::peak_level::PeakLevel;
pub(crate) use self::recent_sizes::SIZES;
pub(crate) use self::wake_level::WakeLevel;
pub(crate) use self::watermark::{GroupWatermark, Watermark};

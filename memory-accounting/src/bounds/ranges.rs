//! Which values the settings of a component take.

use std::collections::BTreeMap;

use super::component::ComponentBounds;
use crate::expr::SettingRange;

/// By key. It is said of the setting and not of an expression it stands in: there may be many of those.
pub(crate) type SettingRanges = BTreeMap<String, SettingRange>;

impl ComponentBounds {
    /// Which values the settings take that this component declared itself, by key; what is not there takes any, or nothing is known.
    pub(crate) fn setting_ranges(&self) -> &SettingRanges {
        &self.ranges
    }

    /// Notes that the setting `key` takes the values of `range` alone, and of what else is said of it.
    pub(super) fn limit_setting(&mut self, key: String, range: SettingRange) {
        if !range.is_any() {
            let known = self.ranges.entry(key).or_default();
            *known = known.and(range);
        }
    }

    /// The same for each of `ranges`.
    pub(super) fn limit_settings(&mut self, ranges: SettingRanges) {
        for (key, range) in ranges {
            self.limit_setting(key, range);
        }
    }
}

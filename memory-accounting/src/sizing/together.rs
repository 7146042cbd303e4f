//! Settings that have to be lowered together.

use serde::Serialize;

use super::{LargestThatFits, SettingShare};
use crate::bounds::{ComponentBounds, full_name};

/// In thousandths: finer steps would change no setting below a thousand.
const WHOLE: usize = 1000;

/// A setting, and a value with which everything fits, all [fitting together](super::Explanation::fitting_together).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingValue {
    /// The full name of the component whose entries use it.
    pub component: String,
    /// The key of the setting.
    pub key: String,
    /// The value, in the setting's own unit.
    pub value: usize,
}

/// The same part of each of `settings`, the greatest with which `bounds` fit `limit_bytes`, and at least 1 of what is not 0. Empty where one
/// setting by itself is enough, where the least of all is too much, and where one has no value to take a part of.
pub(super) fn fitting_together(
    bounds: &ComponentBounds,
    settings: &[SettingShare],
    limit_bytes: usize,
) -> Vec<SettingValue> {
    let one_is_enough = settings.iter().any(|share| share.largest_that_fits != LargestThatFits::None);
    let has_values = settings.iter().all(|share| share.value.is_some());
    let lowered = Lowered { bounds, settings };
    if one_is_enough || !has_values || !lowered.fits(0, limit_bytes) {
        return Vec::new();
    }
    let (mut fitting, mut too_much) = (0_usize, WHOLE);
    while too_much.abs_diff(fitting) > 1 {
        let middle = usize::midpoint(fitting, too_much);
        if lowered.fits(middle, limit_bytes) {
            fitting = middle;
        } else {
            too_much = middle;
        }
    }
    let value = |share: &SettingShare| SettingValue {
        component: share.component.clone(),
        key: share.key.clone(),
        value: part(share.value.unwrap_or(0), fitting),
    };
    settings.iter().map(value).collect()
}

/// Bounds, and the settings in them that are lowered.
struct Lowered<'a> {
    bounds: &'a ComponentBounds,
    settings: &'a [SettingShare],
}

impl Lowered<'_> {
    /// Whether everything fits where each of the settings is so many thousandths of what it is.
    fn fits(&self, thousandths: usize, limit_bytes: usize) -> bool {
        let mut total = Some(0_usize);
        self.bounds.visit(&mut |path, component| {
            let name = full_name(path);
            let is_lowered =
                |key: &str| self.settings.iter().any(|share| share.component == name && share.key == key);
            let value = |key: &str, value: Option<usize>| {
                if is_lowered(key) { value.map(|value| part(value, thousandths)) } else { value }
            };
            for entry in component.entries() {
                let bytes = entry.expr().evaluate_with(&value);
                total = total.zip(bytes).and_then(|(total, bytes)| total.checked_add(bytes));
            }
        });
        total.is_some_and(|total| total <= limit_bytes)
    }
}

fn part(value: usize, thousandths: usize) -> usize {
    let part = (value as u128).saturating_mul(thousandths as u128) / WHOLE as u128;
    usize::try_from(part).unwrap_or(value).max(value.min(1))
}

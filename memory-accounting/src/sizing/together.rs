//! Settings that have to be lowered together.

use serde::Serialize;

use super::{LargestThatFits, SettingShare};
use crate::bounds::ComponentBounds;

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

/// The same part of each of `settings`, the greatest with which `bounds` fit `limit_bytes`. Empty where one setting by itself is enough, and
/// where even 0 for all is not.
pub(super) fn fitting_together(
    bounds: &ComponentBounds,
    settings: &[SettingShare],
    limit_bytes: usize,
) -> Vec<SettingValue> {
    let one_is_enough = settings.iter().any(|share| share.largest_that_fits != LargestThatFits::None);
    if one_is_enough || !fits(bounds, 0, limit_bytes) {
        return Vec::new();
    }
    let (mut fitting, mut too_much) = (0_usize, WHOLE);
    while too_much.abs_diff(fitting) > 1 {
        let middle = usize::midpoint(fitting, too_much);
        if fits(bounds, middle, limit_bytes) {
            fitting = middle;
        } else {
            too_much = middle;
        }
    }
    let value = |share: &SettingShare| SettingValue {
        component: share.component.clone(),
        key: share.key.clone(),
        value: share.value.map_or(0, |value| part(value, fitting)),
    };
    settings.iter().map(value).collect()
}

/// Whether everything fits where each setting is so many thousandths of what it is.
fn fits(bounds: &ComponentBounds, thousandths: usize, limit_bytes: usize) -> bool {
    let mut total = Some(0_usize);
    bounds.visit(&mut |_, component| {
        for entry in component.entries() {
            // One that is not limited is lowered to 0 of it.
            let bytes = entry.expr().evaluate_with(&|_, value| Some(part(value.unwrap_or(0), thousandths)));
            total = total.zip(bytes).and_then(|(total, bytes)| total.checked_add(bytes));
        }
    });
    total.is_some_and(|total| total <= limit_bytes)
}

fn part(value: usize, thousandths: usize) -> usize {
    let part = (value as u128).saturating_mul(thousandths as u128) / WHOLE as u128;
    usize::try_from(part).unwrap_or(value)
}

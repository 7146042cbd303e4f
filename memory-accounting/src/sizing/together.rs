//! Settings that have to be lowered together.

use serde::Serialize;

use super::formulas::Formulas;
use super::{LargestThatFits, SettingShare};

/// In thousandths: finer steps would change no setting below a thousand.
const WHOLE: usize = 1000;

/// A setting, and a value with which everything fits, all [fitting together](super::Explanation::fitting_together).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingValue {
    /// The full name of the component that declared it.
    pub component: String,
    /// The key of the setting.
    pub key: String,
    /// The value, in the setting's own unit.
    pub value: usize,
}

/// The same part of each of `settings`, which are there with their numbers: the greatest with which everything fits `limit_bytes`, and
/// at least 1 of what is not 0. Empty where one setting by itself is enough, where the least of all is too much, and where one has no
/// value to take a part of.
pub(super) fn fitting_together(
    formulas: &Formulas<'_>,
    settings: &[(usize, SettingShare)],
    limit_bytes: usize,
) -> Vec<SettingValue> {
    let one_is_enough = settings.iter().any(|(_, share)| share.largest_that_fits != LargestThatFits::None);
    let has_values = settings.iter().all(|(_, share)| share.value.is_some());
    let mut is_lowered = vec![false; formulas.settings.len()];
    for (number, _) in settings {
        if let Some(is_lowered) = is_lowered.get_mut(*number) {
            *is_lowered = true;
        }
    }
    // Whether everything fits where each of the settings is so many thousandths of what it is.
    let fits = |thousandths: usize| {
        let total = formulas.total_with(|number| {
            let value = formulas.present(number);
            let is_lowered = is_lowered.get(number).is_some_and(|is_lowered| *is_lowered);
            if is_lowered { value.map(|value| part(value, thousandths)) } else { value }
        });
        total.is_at_most(limit_bytes)
    };
    if one_is_enough || !has_values || !fits(0) {
        return Vec::new();
    }
    let (mut fitting, mut too_much) = (0_usize, WHOLE);
    while too_much.abs_diff(fitting) > 1 {
        let middle = usize::midpoint(fitting, too_much);
        if fits(middle) {
            fitting = middle;
        } else {
            too_much = middle;
        }
    }
    let value = |(_, share): &(usize, SettingShare)| SettingValue {
        component: share.component.clone(),
        key: share.key.clone(),
        value: part(share.value.unwrap_or(0), fitting),
    };
    settings.iter().map(value).collect()
}

fn part(value: usize, thousandths: usize) -> usize {
    let part = (value as u128).saturating_mul(thousandths as u128) / WHOLE as u128;
    usize::try_from(part).unwrap_or(value).max(value.min(1))
}

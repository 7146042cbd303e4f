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
    let is_enough = |largest| matches!(largest, LargestThatFits::AtMost(_) | LargestThatFits::Unlimited);
    let one_is_enough = settings.iter().any(|(_, share)| is_enough(share.largest_that_fits));
    let has_values = settings.iter().all(|(_, share)| share.value.is_some());
    let mut is_lowered = vec![false; formulas.settings.len()];
    for (number, _) in settings {
        if let Some(is_lowered) = is_lowered.get_mut(*number) {
            *is_lowered = true;
        }
    }
    // Everything together where each of the settings is so many thousandths of what it is.
    let total = |thousandths: usize| {
        let total = formulas.total_with(|number| {
            let value = formulas.present(number);
            let is_lowered = is_lowered.get(number).is_some_and(|is_lowered| *is_lowered);
            if is_lowered { value.map(|value| part(value, thousandths)) } else { value }
        });
        total.bytes()
    };
    if one_is_enough || !has_values {
        return Vec::new();
    }
    let Some(least) = total(0).filter(|bytes| *bytes <= limit_bytes) else { return Vec::new() };
    let (mut fitting, mut too_much) = ((0, least), (WHOLE, formulas.total.bytes()));
    let mut by_rule = true;
    while too_much.0.abs_diff(fitting.0) > 1 {
        let guess = if by_rule {
            in_proportion(fitting, too_much, limit_bytes)
        } else {
            usize::midpoint(fitting.0, too_much.0)
        };
        // A guess may gain one thousandth only, so that every second step halves what is left.
        by_rule = !by_rule;
        match total(guess) {
            Some(bytes) if bytes <= limit_bytes => fitting = (guess, bytes),
            bytes => too_much = (guess, bytes),
        }
    }
    let fitting = fitting.0;
    let value = |(_, share): &(usize, SettingShare)| SettingValue {
        component: share.component.clone(),
        key: share.key.clone(),
        value: part(share.value.unwrap_or(0), fitting),
    };
    settings.iter().map(value).collect()
}

/// Where the total would be the limit if it grew evenly between what fits and what is too much, and within the two.
fn in_proportion(fitting: (usize, usize), too_much: (usize, Option<usize>), limit_bytes: usize) -> usize {
    let width = too_much.0.saturating_sub(fitting.0);
    let share = too_much.1.and_then(|bytes| {
        let left = (limit_bytes.saturating_sub(fitting.1) as u128).saturating_mul(width as u128);
        usize::try_from(left.checked_div(bytes.saturating_sub(fitting.1) as u128)?).ok()
    });
    let guess = fitting.0.saturating_add(share.unwrap_or(width / 2));
    guess.min(too_much.0.saturating_sub(1)).max(fitting.0.saturating_add(1))
}

fn part(value: usize, thousandths: usize) -> usize {
    let part = (value as u128).saturating_mul(thousandths as u128) / WHOLE as u128;
    usize::try_from(part).unwrap_or(value).max(value.min(1))
}

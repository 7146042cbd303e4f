//! Settings that have to be lowered together.

use serde::Serialize;

use super::SettingShare;
use super::dependence::Totals;
use super::formulas::Formulas;
use super::operations::Value as _;
use super::range::Range;
use super::search::{Effort, Greatest, Searched, greatest_that_fits, narrowed};
use super::tally::Tally;
use crate::expr::SettingRange;

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
    /// The value it has now, which is another one.
    pub present: usize,
}

/// The part of their values at which settings [fit together](super::Explanation::fitting_together): so many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FittingPart {
    /// How many.
    pub numerator: usize,
    /// Of how many.
    pub whole: usize,
}

/// Those of `settings`, which are there with their numbers, that change where each is at the same part of its value, and at least 1 of what is
/// not 0, and the least that its program takes: a part with which everything fits `limit_bytes`, the greatest where bytes grow with the settings. `None` where none is found, and
/// where a setting has no value to take a part of.
pub(super) fn fitting_together(
    formulas: &Formulas<'_>,
    settings: &[&(usize, SettingShare)],
    limit_bytes: usize,
    effort: &mut Effort,
) -> Option<(FittingPart, Vec<SettingValue>)> {
    let mut is_lowered = vec![false; formulas.settings.len()];
    for (number, _) in settings {
        if let Some(is_lowered) = is_lowered.get_mut(*number) {
            *is_lowered = true;
        }
    }
    let values = settings.iter().map(|(_, share)| share.value).collect::<Option<Vec<usize>>>()?;
    // No step is wider than 1, nor than a thousandth, which settings of less than that take one after another.
    let whole = values.into_iter().max().unwrap_or(0).max(1000);
    let operations = formulas.operations();
    let mut parts = Parts { formulas, is_lowered, whole, operations };
    let numerator = if parts.fits(1, limit_bytes) {
        // Few settings take more when they are less, so that no more than one part is looked for that fits beside one that does not.
        narrowed(&mut parts, 1, whole, limit_bytes)
    } else {
        match greatest_that_fits(&mut parts, (1, whole.saturating_sub(1)), limit_bytes, None, effort) {
            Greatest::Exactly(numerator) | Greatest::AtLeast(numerator) => numerator,
            Greatest::None | Greatest::Unknown => return None,
        }
    };
    let value = |(_, share): &&(usize, SettingShare)| {
        let present = share.value?;
        let value = part(present, numerator, whole, share.range);
        let SettingShare { component, key, .. } = share;
        let changed = || SettingValue { component: component.clone(), key: key.clone(), value, present };
        (value != present).then(changed)
    };
    Some((FittingPart { numerator, whole }, settings.iter().filter_map(value).collect()))
}

/// Everything, where some settings are at the same part of their values.
struct Parts<'a> {
    formulas: &'a Formulas<'a>,
    /// Of each setting by its number.
    is_lowered: Vec<bool>,
    /// Of how many the parts are.
    whole: usize,
    operations: usize,
}

impl Parts<'_> {
    fn is_lowered(&self, number: usize) -> bool {
        self.is_lowered.get(number).is_some_and(|is_lowered| *is_lowered)
    }

    /// What the setting of that number, which is `value`, is at a part.
    fn part(&self, number: usize, value: usize, at: usize) -> usize {
        part(value, at, self.whole, self.formulas.range(number))
    }
}

impl Searched for Parts<'_> {
    fn total(&mut self, at: usize) -> Tally {
        self.formulas.total_with(|number| {
            let value = self.formulas.present(number);
            if self.is_lowered(number) { value.map(|value| self.part(number, value, at)) } else { value }
        })
    }

    fn totals(&mut self, from: usize, to: usize) -> Totals {
        self.formulas.totals_with(|number| match self.formulas.present(number) {
            Some(value) if self.is_lowered(number) => {
                Range::of_setting(self.part(number, value, from), Some(self.part(number, value, to)))
            }
            value => Range::exactly(value),
        })
    }

    fn operations(&self) -> usize {
        self.operations
    }
}

fn part(value: usize, numerator: usize, whole: usize, range: SettingRange) -> usize {
    let part = (value as u128).saturating_mul(numerator as u128).checked_div(whole as u128);
    part.and_then(|part| usize::try_from(part).ok()).unwrap_or(value).max(range.least_above_zero().min(value))
}

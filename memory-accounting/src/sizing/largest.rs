//! The greatest value of a setting that fits, and the least.

use super::dependence::{Dependence, Totals};
use super::range::Range;
use super::search::{Effort, Greatest, Mirrored, Searched, all_fit, greatest_that_fits};
use super::tally::Tally;
use super::{LargestThatFits, LeastThatFits};
use crate::expr::SettingRange;

/// What was found.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) largest: LargestThatFits,
    /// Whether it is known that no greater value fits.
    pub(super) no_greater_fits: bool,
    /// Whether it is known that every smaller value above 0 that the setting takes fits too.
    pub(super) every_smaller_fits: bool,
}

impl Searched for Dependence<'_> {
    fn total(&mut self, at: usize) -> Tally {
        self.total(Some(at))
    }

    fn totals(&mut self, from: usize, to: usize) -> Totals {
        self.totals(Range::of_setting(from, Some(to)))
    }

    fn operations(&self) -> usize {
        self.operations()
    }
}

/// The greatest value of those that a setting takes, which are in `range`, and up to `greatest`, or whatever it is, with which everything is at most `limit`
/// bytes. What it is for another setting, which may be of the same kind, says where to begin: `near` that one.
pub(super) fn largest_that_fits(
    dependence: &mut Dependence<'_>,
    (greatest, range): (Option<usize>, SettingRange),
    limit: usize,
    near: Option<usize>,
    effort: &mut Effort,
) -> Found {
    let least = range.least_above_zero();
    let upper = [greatest, range.at_most].into_iter().flatten().min().unwrap_or(usize::MAX);
    let (largest, no_greater_fits) = if greatest.is_none() && dependence.total(None).is_at_most(limit) {
        (LargestThatFits::Unlimited, true)
    } else {
        match greatest_that_fits(dependence, (least, upper), limit, near, effort) {
            Greatest::Exactly(value) => (LargestThatFits::AtMost(value), true),
            Greatest::AtLeast(value) => (LargestThatFits::AtMost(value), false),
            Greatest::None => (LargestThatFits::None, true),
            Greatest::Unknown => (LargestThatFits::Unknown, false),
        }
    };
    let every_smaller_fits = match largest {
        LargestThatFits::None => true,
        LargestThatFits::Unknown => false,
        LargestThatFits::AtMost(value) => all_fit(dependence, (least, value), limit, effort),
        LargestThatFits::Unlimited => all_fit(dependence, (least, upper), limit, effort),
    };
    Found { largest, no_greater_fits, every_smaller_fits }
}

/// The least value above `present`, of those in `range`, with which everything is at most `limit` bytes, and whether every greater one is known to fit
/// too.
pub(super) fn least_that_fits(
    dependence: &mut Dependence<'_>,
    (present, range): (usize, SettingRange),
    limit: usize,
    effort: &mut Effort,
) -> (LeastThatFits, bool) {
    let place = Mirrored::<Dependence<'_>>::place;
    let first = place(range.at_most.unwrap_or(usize::MAX));
    let above = present.max(range.least_above_zero().saturating_sub(1));
    let Some(last) = place(above).checked_sub(1) else { return (LeastThatFits::None, true) };
    let mirrored = &mut Mirrored(dependence);
    match greatest_that_fits(mirrored, (first, last), limit, None, effort) {
        Greatest::Exactly(found) => {
            (LeastThatFits::AtLeast(place(found)), all_fit(mirrored, (first, found), limit, effort))
        }
        Greatest::None => (LeastThatFits::None, true),
        // A smaller one may fit as well, and be the better one.
        Greatest::AtLeast(_) | Greatest::Unknown => (LeastThatFits::Unknown, false),
    }
}

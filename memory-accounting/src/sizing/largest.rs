//! The search for the greatest value that fits.

use super::LargestThatFits;
use super::dependence::{Dependence, Direction};
use super::range::Range;
use super::tally::Tally;

/// How many ranges are looked at, at most. A search that needs more would need a range for about every value.
const RANGES: usize = 2000;

/// What was found.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) largest: LargestThatFits,
    /// Whether it is known that no greater value fits.
    pub(super) no_greater_fits: bool,
    /// Whether it is known that every smaller value above 0 fits too.
    pub(super) every_smaller_fits: bool,
}

/// The greatest value of a setting that is `present` now with which everything is at most `limit` bytes. What it is for another setting, which
/// may be of the same kind, says where to begin: `near` that one.
pub(super) fn largest_that_fits(
    dependence: &mut Dependence<'_>,
    present: Option<usize>,
    limit: usize,
    near: Option<usize>,
) -> Found {
    let now = dependence.present_total();
    largest(dependence, present, now, limit, near)
}

/// The greatest value of a setting, whatever it is now, with which everything is at most `limit` bytes.
pub(super) fn largest_of_all(dependence: &mut Dependence<'_>, limit: usize, near: Option<usize>) -> Found {
    let now = dependence.total(None);
    largest(dependence, None, now, limit, near)
}

/// The greatest value up to `present`, with which everything takes `now`.
fn largest(
    dependence: &mut Dependence<'_>,
    present: Option<usize>,
    now: Tally,
    limit: usize,
    near: Option<usize>,
) -> Found {
    let greatest = present.unwrap_or(usize::MAX);
    let search = if now.is_at_most(limit) {
        let largest = present.map_or(LargestThatFits::Unlimited, LargestThatFits::AtMost);
        Search { largest, no_greater_fits: true }
    } else if present.is_none() && fits(dependence, greatest, limit) {
        Search { largest: LargestThatFits::AtMost(greatest), no_greater_fits: true }
    } else {
        by_ranges(dependence, greatest, limit, near)
    };
    let Search { largest, no_greater_fits } = search;
    let every_smaller_fits = match largest {
        LargestThatFits::None => true,
        LargestThatFits::Unknown => false,
        LargestThatFits::AtMost(value) => all_fit(dependence, value, limit),
        LargestThatFits::Unlimited => all_fit(dependence, usize::MAX, limit),
    };
    Found { largest, no_greater_fits, every_smaller_fits }
}

struct Search {
    largest: LargestThatFits,
    no_greater_fits: bool,
}

fn fits(dependence: &mut Dependence<'_>, value: usize, limit: usize) -> bool {
    dependence.total(Some(value)).is_at_most(limit)
}

/// The greatest value between `fitting` and `too_big` that fits, where bytes grow with the setting; one that fits, where they do not.
fn halving(dependence: &mut Dependence<'_>, mut fitting: usize, mut too_big: usize, limit: usize) -> usize {
    while too_big.abs_diff(fitting) > 1 {
        let middle = usize::midpoint(fitting, too_big);
        if fits(dependence, middle, limit) {
            fitting = middle;
        } else {
            too_big = middle;
        }
    }
    fitting
}

/// The greatest value above 0 that fits, whatever bytes do: ranges of values in which none can fit are left out, the others halved
/// until bytes go one way in them, and the greater half is looked at first.
///
/// Where that takes too long, one that fits, from the ends of the ranges that are left.
fn by_ranges(dependence: &mut Dependence<'_>, greatest: usize, limit: usize, near: Option<usize>) -> Search {
    let found = |value| Search { largest: LargestThatFits::AtMost(value), no_greater_fits: true };
    let mut left = match near.filter(|near| (1..greatest).contains(near)) {
        Some(near) => vec![(1, near), (near.saturating_add(1), greatest)],
        None => vec![(1, greatest)],
    };
    for _ in 0..RANGES {
        let Some((from, to)) = left.pop().filter(|(from, to)| from <= to) else {
            return Search { largest: LargestThatFits::None, no_greater_fits: true };
        };
        if fits(dependence, to, limit) {
            return found(to);
        }
        let totals = dependence.totals(Range::of_setting(from, Some(to)));
        if !totals.least.is_at_most(limit) {
            continue;
        }
        match totals.direction {
            Direction::None | Direction::Grow if fits(dependence, from, limit) => {
                return found(halving(dependence, from, to, limit));
            }
            // One value alone is exact, so it was decided on.
            Direction::Either if from < to => {
                let middle = usize::midpoint(from, to);
                left.extend([(from, middle), (middle.saturating_add(1), to)]);
            }
            // What does not fit at its smaller end, or with shrinking bytes at its greater one, does not fit between them.
            _ => {}
        }
    }
    let mut ends = left.into_iter().rev().flat_map(|(from, to)| [to, from]);
    let fitting = ends.find(|value| fits(dependence, *value, limit));
    let largest = fitting.map_or(LargestThatFits::Unknown, |fitting| {
        LargestThatFits::AtMost(halving(dependence, fitting, greatest, limit))
    });
    Search { largest, no_greater_fits: false }
}

/// Whether every value from 1 to `greatest` is known to fit, found in the same way.
fn all_fit(dependence: &mut Dependence<'_>, greatest: usize, limit: usize) -> bool {
    let mut left = vec![(1, greatest)];
    for _ in 0..RANGES {
        let Some((from, to)) = left.pop().filter(|(from, to)| from <= to) else { return true };
        let totals = dependence.totals(Range::of_setting(from, Some(to)));
        if totals.greatest.is_at_most(limit) {
            continue;
        }
        if !totals.least.is_at_most(limit) {
            return false;
        }
        match totals.direction {
            Direction::None | Direction::Grow if fits(dependence, to, limit) => {}
            Direction::Shrink if fits(dependence, from, limit) => {}
            Direction::Either if from < to && fits(dependence, from, limit) => {
                let middle = usize::midpoint(from, to);
                left.extend([(middle.saturating_add(1), to), (from, middle)]);
            }
            _ => return false,
        }
    }
    false
}

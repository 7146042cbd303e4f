//! The search for the greatest value that fits.

use super::LargestThatFits;
use super::dependence::{Dependence, Direction};
use super::range::Range;

/// How many ranges are looked at, at most, where bytes do not simply grow with a setting.
const RANGES: usize = 2000;

/// What was found.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) largest: LargestThatFits,
    /// Whether it is known that every smaller value above 0 fits too.
    pub(super) every_smaller_fits: bool,
}

const NOTHING: Found = Found { largest: LargestThatFits::None, every_smaller_fits: true };

/// The greatest value of a setting that is `present` now with which everything is at most `limit` bytes.
pub(super) fn largest_that_fits(
    dependence: &mut Dependence<'_>,
    present: Option<usize>,
    limit: usize,
) -> Found {
    let direction = dependence.direction();
    let greatest = present.unwrap_or(usize::MAX);
    let largest = if dependence.present_total().is_at_most(limit) {
        present.map_or(LargestThatFits::Unlimited, LargestThatFits::AtMost)
    } else if present.is_none() && dependence.total(Some(greatest)).is_at_most(limit) {
        LargestThatFits::AtMost(greatest)
    } else {
        let found = match direction {
            // What does not fit with the greatest value does not fit with a smaller one.
            Direction::None | Direction::Shrink => None,
            Direction::Grow => {
                (greatest > 0 && fits(dependence, 1, limit)).then(|| halving(dependence, 1, greatest, limit))
            }
            Direction::Either => by_ranges(dependence, greatest, limit),
        };
        match found {
            Some(value) => LargestThatFits::AtMost(value),
            None => return NOTHING,
        }
    };
    let every_smaller_fits = match (direction, largest) {
        (Direction::None | Direction::Grow, _) | (_, LargestThatFits::None) => true,
        (_, LargestThatFits::AtMost(value)) => all_fit(dependence, value, limit),
        (_, LargestThatFits::Unlimited) => all_fit(dependence, usize::MAX, limit),
    };
    Found { largest, every_smaller_fits }
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

/// The greatest value above 0 that fits, whatever bytes do: ranges of values in which none can fit are left out, the others halved,
/// and the greater half is looked at first.
///
/// Where that takes too long, one that fits, from the ends of the ranges that are left on; a greater one may fit too.
fn by_ranges(dependence: &mut Dependence<'_>, greatest: usize, limit: usize) -> Option<usize> {
    let mut left = vec![(1, greatest)];
    for _ in 0..RANGES {
        let (from, to) = left.pop().filter(|(from, to)| from <= to)?;
        let totals = dependence.totals(Range { least: Some(from), greatest: Some(to) });
        if !totals.least.is_at_most(limit) {
            continue;
        }
        if totals.greatest.is_at_most(limit) || fits(dependence, to, limit) {
            return Some(to);
        }
        // One value alone is exact, so it was decided on.
        if from < to {
            let middle = usize::midpoint(from, to);
            left.extend([(from, middle), (middle.saturating_add(1), to)]);
        }
    }
    let mut ends = left.into_iter().rev().flat_map(|(from, to)| [to, from]);
    let fitting = ends.find(|value| fits(dependence, *value, limit))?;
    Some(halving(dependence, fitting, greatest, limit))
}

/// Whether every value from 1 to `greatest` is known to fit, found in the same way.
fn all_fit(dependence: &mut Dependence<'_>, greatest: usize, limit: usize) -> bool {
    let mut left = vec![(1, greatest)];
    for _ in 0..RANGES {
        let Some((from, to)) = left.pop().filter(|(from, to)| from <= to) else { return true };
        let totals = dependence.totals(Range { least: Some(from), greatest: Some(to) });
        if totals.greatest.is_at_most(limit) {
            continue;
        }
        if !totals.least.is_at_most(limit) || from == to || !fits(dependence, from, limit) {
            return false;
        }
        let middle = usize::midpoint(from, to);
        left.extend([(middle.saturating_add(1), to), (from, middle)]);
    }
    false
}

//! The search for the greatest number with which everything fits, whatever bytes do when it gets greater.

use super::dependence::{Direction, Totals};
use super::tally::Tally;

/// How many ranges one search looks at, at most. One that needs more would need a range for about every value.
const RANGES: usize = 2000;

/// How many it may look at, whatever others took.
const LEAST_RANGES: usize = 128;

/// What everything is by one number, such as the value of a setting.
pub(super) trait Searched {
    /// Everything, where the number is this one.
    fn total(&mut self, at: usize) -> Tally;

    /// Everything, where it is any from one to another.
    fn totals(&mut self, from: usize, to: usize) -> Totals;

    /// How many operations it takes to compute one of them.
    fn operations(&self) -> usize;

    fn fits(&mut self, at: usize, limit: usize) -> bool {
        self.total(at).is_at_most(limit)
    }
}

/// How many operations are left for all searches that answer one question, so that the answer does not take the longer for each of them.
pub(super) struct Effort(usize);

impl Default for Effort {
    fn default() -> Self {
        /// Some hundredths of a second.
        const OPERATIONS: usize = 4_000_000;
        Self(OPERATIONS)
    }
}

impl Effort {
    /// Counts the ranges of one search as they are looked at.
    fn ranges(&mut self, operations: usize) -> impl Iterator<Item = ()> {
        let operations = operations.max(1);
        let ranges = (self.0 / operations).clamp(LEAST_RANGES, RANGES);
        (0..ranges).map(move |_| self.0 = self.0.saturating_sub(operations))
    }
}

/// What a search found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Greatest {
    /// This number fits, and no greater one.
    Exactly(usize),
    /// This number fits. A greater one may, for not all were looked at.
    AtLeast(usize),
    None,
    /// None was found, and not all were looked at.
    Unknown,
}

/// The greatest number from `from` to `to` that fits: ranges in which none can fit are left out, the others halved until bytes go one way in
/// them, and the greater half is looked at first. It begins with what is up to `near`, and above.
///
/// Where that takes too long, one that fits, from the ends of the ranges that are left.
pub(super) fn greatest_that_fits(
    searched: &mut impl Searched,
    (from, to): (usize, usize),
    limit: usize,
    near: Option<usize>,
    effort: &mut Effort,
) -> Greatest {
    let greatest = to;
    let mut left = match near.filter(|near| (from..to).contains(near)) {
        Some(near) => vec![(from, near), (near.saturating_add(1), to)],
        None => vec![(from, to)],
    };
    for () in effort.ranges(searched.operations()) {
        let Some((from, to)) = left.pop().filter(|(from, to)| from <= to) else { return Greatest::None };
        if searched.fits(to, limit) {
            return Greatest::Exactly(to);
        }
        let totals = searched.totals(from, to);
        if !totals.least.is_at_most(limit) {
            continue;
        }
        match totals.direction {
            Direction::None | Direction::Grow if searched.fits(from, limit) => {
                return Greatest::Exactly(narrowed(searched, from, to, limit));
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
    if left.is_empty() {
        return Greatest::None;
    }
    let mut ends = left.into_iter().rev().flat_map(|(from, to)| [to, from]);
    match ends.find(|value| searched.fits(*value, limit)) {
        Some(fitting) => Greatest::AtLeast(narrowed(searched, fitting, greatest, limit)),
        None => Greatest::Unknown,
    }
}

/// Whether every number from `from` to `to` is known to fit, found in the same way.
pub(super) fn all_fit(
    searched: &mut impl Searched,
    (from, to): (usize, usize),
    limit: usize,
    effort: &mut Effort,
) -> bool {
    let mut left = vec![(from, to)];
    for () in effort.ranges(searched.operations()) {
        let Some((from, to)) = left.pop().filter(|(from, to)| from <= to) else { return true };
        let totals = searched.totals(from, to);
        if totals.greatest.is_at_most(limit) {
            continue;
        }
        if !totals.least.is_at_most(limit) {
            return false;
        }
        match totals.direction {
            Direction::None | Direction::Grow if searched.fits(to, limit) => {}
            Direction::Shrink if searched.fits(from, limit) => {}
            Direction::Either if from < to && searched.fits(from, limit) => {
                let middle = usize::midpoint(from, to);
                left.extend([(middle.saturating_add(1), to), (from, middle)]);
            }
            _ => return false,
        }
    }
    left.is_empty()
}

/// The greatest number between `fitting` and `too_big` that fits, where bytes grow with it; one that fits, where they do not.
pub(super) fn narrowed(searched: &mut impl Searched, fitting: usize, too_big: usize, limit: usize) -> usize {
    let mut fitting = (fitting, searched.total(fitting).bytes().unwrap_or(limit));
    let mut too_big = (too_big, searched.total(too_big).bytes());
    let mut by_rule = true;
    while too_big.0.saturating_sub(fitting.0) > 1 {
        let guess =
            if by_rule { in_proportion(fitting, too_big, limit) } else { between(fitting.0, too_big.0) };
        // A guess may gain one only, so that every second step halves what is left.
        by_rule = !by_rule;
        match searched.total(guess).bytes() {
            Some(bytes) if bytes <= limit => fitting = (guess, bytes),
            bytes => too_big = (guess, bytes),
        }
    }
    fitting.0
}

/// In the middle of two numbers; in that of their digits, where one is so much greater that few of all numbers are near the other.
fn between(less: usize, more: usize) -> usize {
    let digits = |number: usize| number.checked_ilog2().unwrap_or(0);
    if more / 8 > less { 1 << u32::midpoint(digits(less), digits(more)) } else { usize::midpoint(less, more) }
}

/// Where the total would be the limit if it grew evenly between what fits and what is too big, and within the two.
fn in_proportion(fitting: (usize, usize), too_big: (usize, Option<usize>), limit: usize) -> usize {
    let width = too_big.0.saturating_sub(fitting.0);
    let share = too_big.1.and_then(|bytes| {
        let left = (limit.saturating_sub(fitting.1) as u128).saturating_mul(width as u128);
        usize::try_from(left.checked_div(bytes.saturating_sub(fitting.1) as u128)?).ok()
    });
    let guess = share.map_or_else(|| between(fitting.0, too_big.0), |share| fitting.0.saturating_add(share));
    guess.min(too_big.0.saturating_sub(1)).max(fitting.0.saturating_add(1))
}

/// The same numbers counted from the greatest down, so that the greatest is the least.
pub(super) struct Mirrored<'a, S>(pub(super) &'a mut S);

impl<S> Mirrored<'_, S> {
    /// Where a number is from the other end, and the number that is there.
    pub(super) fn place(number: usize) -> usize {
        usize::MAX.saturating_sub(number)
    }
}

impl<S: Searched> Searched for Mirrored<'_, S> {
    fn total(&mut self, at: usize) -> Tally {
        self.0.total(Self::place(at))
    }

    fn totals(&mut self, from: usize, to: usize) -> Totals {
        let totals = self.0.totals(Self::place(to), Self::place(from));
        Totals { direction: totals.direction.reversed(), ..totals }
    }

    fn operations(&self) -> usize {
        self.0.operations()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What may fit anywhere, as far as ranges tell, and does nowhere.
    struct Jagged {
        ranges: usize,
    }

    impl Searched for Jagged {
        fn total(&mut self, _at: usize) -> Tally {
            [Some(1)].into_iter().collect()
        }

        fn totals(&mut self, _from: usize, _to: usize) -> Totals {
            self.ranges += 1;
            Totals { direction: Direction::Either, ..Totals::default() }
        }

        fn operations(&self) -> usize {
            1000
        }
    }

    #[test]
    fn searches_that_would_have_to_try_all_share_what_is_computed() {
        let mut effort = Effort::default();
        let mut ranges = || {
            let mut jagged = Jagged { ranges: 0 };
            let found = greatest_that_fits(&mut jagged, (1, usize::MAX), 0, None, &mut effort);
            assert!(found == Greatest::Unknown);
            jagged.ranges
        };
        assert_eq!([ranges(), ranges(), ranges(), ranges()], [RANGES, RANGES, LEAST_RANGES, LEAST_RANGES]);
    }

    #[test]
    fn what_is_between_is_neither() {
        for (less, more) in
            [(0, 2), (0, 8), (0, usize::MAX), (1, 9), (5, 7), (1000, usize::MAX), (7, 63), (8, 64)]
        {
            let middle = between(less, more);
            assert!(less < middle && middle < more, "{less} {middle} {more}");
        }
        assert_eq!([between(1, 1 << 62), between(100, 300)], [1 << 31, 200]);
    }
}

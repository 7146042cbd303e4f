//! Counters that any thread may increment.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A number of things that happened.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn increment(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many there are now.
#[derive(Debug, Default)]
pub(crate) struct Level(AtomicUsize);

impl Level {
    pub(crate) fn set(&self, number: usize) {
        self.0.store(number, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// One counter for each of `N` reasons.
#[derive(Debug)]
pub(crate) struct Tally<R, const N: usize>([(R, Count); N]);

impl<R: Copy + PartialEq, const N: usize> Tally<R, N> {
    pub(crate) fn new(reasons: [R; N]) -> Self {
        Self(reasons.map(|reason| (reason, Count::default())))
    }

    pub(crate) fn increment(&self, reason: R) {
        if let Some((_, count)) = self.0.iter().find(|(known, _)| *known == reason) {
            count.increment();
        }
    }

    /// Every reason and how often it was given.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (R, u64)> {
        self.0.iter().map(|(reason, count)| (*reason, count.get()))
    }

    /// The counts as they are now.
    pub(crate) fn read(&self) -> Tallied<R, N> {
        Tallied(self.0.each_ref().map(|(reason, count)| (*reason, count.get())))
    }
}

/// What a tally was at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tallied<R, const N: usize>([(R, u64); N]);

impl<R: Copy, const N: usize> Tallied<R, N> {
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).fold(0, |total, count| total.saturating_add(*count))
    }

    /// The reasons that were given since, and how often.
    pub(crate) fn since(&self, before: &Self) -> impl Iterator<Item = (R, u64)> {
        let pairs = self.0.iter().zip(before.0);
        let grown = pairs.map(|((reason, now), (_, before))| (*reason, now.saturating_sub(before)));
        grown.filter(|(_, count)| *count > 0)
    }
}

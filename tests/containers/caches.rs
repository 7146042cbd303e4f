//! The cache of `lru`, whose items are put where they make tombstones in its table.

use std::num::NonZeroUsize;
use std::sync::OnceLock;

use lru::LruCache;
use memory_accounting::Container;

use crate::hash_tables::GOAL;
use crate::items::{InPlace, Item, MOST, Random, for_all_items, sample};
use crate::measured::{Meter, Tightness};

type Cache<T> = LruCache<T, T, InPlace>;

fn with_room<T: Item>(n: usize) -> Cache<T> {
    Cache::with_hasher(NonZeroUsize::new(n).unwrap(), InPlace)
}

/// A cache that begins empty and is kept to `n` items by who uses it.
fn growing<T: Item>(_: usize) -> Cache<T> {
    Cache::unbounded_with_hasher(InPlace)
}

fn put<T: Item>(cache: &mut Cache<T>, n: usize, number: usize) {
    let item = T::number(number);
    if cache.len() == n && !cache.contains(&item) {
        cache.pop_lru();
    }
    cache.put(item, item);
}

/// Fills the cache and replaces the oldest item by one behind the newest until no slot of the table is left, and longer.
fn exhaust<T: Item>(mut cache: Cache<T>, n: usize, distinct: usize) {
    for number in 0..8 * n + 64 {
        put(&mut cache, n, number % distinct);
        put(&mut cache, n, number % distinct);
    }
}

fn any_order<T: Item>(mut cache: Cache<T>, n: usize, distinct: usize) {
    let mut random = Random::seeded(n);
    for _ in 0..4 * n {
        let number = random.below(distinct);
        match random.below(4) {
            0 => drop(cache.pop(&T::number(number))),
            1 => drop(cache.get(&T::number(number)).copied()),
            _ => put(&mut cache, n, number),
        }
    }
}

fn caches<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    // Not so many that a table for them has more places than there are values to fill it with.
    let distinct = T::distinct();
    let most = if distinct > MOST { MOST } else { (distinct / 8 * 7).saturating_sub(1) }.max(1);
    for n in 1..=MOST {
        allocated.check::<T>(Cache::<T>::allocated, n, meter.live(|| with_room::<T>(n)));
    }
    for n in sample::<T>().into_iter().filter(|n| *n <= most) {
        let worst = |make: fn(usize) -> Cache<T>| {
            let exhausted = meter.peak(|| exhaust(make(n), n, distinct));
            exhausted.max(meter.peak(|| any_order(make(n), n, distinct)))
        };
        bounded.check::<T>(Cache::<T>::bounded, n, worst(with_room));
        grown.check::<T>(Cache::<T>::grown, n, worst(growing));
    }
    // It keeps itself to as many as it was made for.
    for n in [1, 3, 28, 100].into_iter().filter(|n| *n <= most) {
        let truth = meter.peak(|| {
            let mut cache = with_room::<T>(n);
            for number in 0..8 * n + 64 {
                let item = T::number(number % distinct);
                cache.put(item, item);
            }
        });
        bounded.check::<T>(Cache::<T>::bounded, n, truth);
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut rules = ["allocated", "bounded", "grown"].map(|rule| Tightness::new("`LruCache`", rule));
        for_all_items!(caches(Meter::new(), &mut rules));
        rules.into()
    })
}

#[test]
fn caches_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(GOAL);
    }
}

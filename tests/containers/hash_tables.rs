//! Hash tables, whose items are put where they make tombstones.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use memory_accounting::HashContainer;
use memory_accounting::allocator::AllocationGroupToken;

use crate::items::{InPlace, Item, MOST, Random, for_all_items, sample};
use crate::measured::{Meter, Tightness};

/// What both tables can do.
pub(crate) trait Table: HashContainer + Default {
    fn with_capacity(n: usize) -> Self;
    fn capacity(&self) -> usize;
    fn insert(&mut self, number: usize);
    fn remove(&mut self, number: usize);
}

macro_rules! tables {
    ($([$table:ty] |$this:ident, $number:ident| $insert:expr;)*) => {$(
        impl<T: Item> Table for $table {
            fn with_capacity(n: usize) -> Self {
                Self::with_capacity_and_hasher(n, InPlace)
            }

            fn capacity(&self) -> usize {
                self.capacity()
            }

            fn insert(&mut self, $number: usize) {
                let $this = self;
                $insert;
            }

            fn remove(&mut self, number: usize) {
                self.remove(&T::number(number));
            }
        }
    )*};
}

tables! {
    [HashSet<T, InPlace>] |this, number| this.insert(T::number(number));
    [HashMap<T, T, InPlace>] |this, number| this.insert(T::number(number), T::number(number));
    [hashbrown::HashSet<T, InPlace>] |this, number| this.insert(T::number(number));
    [hashbrown::HashMap<T, T, InPlace>] |this, number| this.insert(T::number(number), T::number(number));
}

/// Fills the table with neighbours, each of them once more when it is there.
pub(crate) fn fill<C: Table>(table: &mut C, n: usize, distinct: usize) {
    for number in (0..n).chain(0..n) {
        table.insert(number % distinct);
    }
}

/// Fills the table, then replaces the oldest by one behind the newest: every removal is amid a run of used slots and leaves a
/// tombstone, and every insertion takes a free slot, until none is left and one that is there is inserted again.
pub(crate) fn exhaust<C: Table>(mut table: C, n: usize, distinct: usize) {
    let add = |table: &mut C, number: usize| {
        table.insert(number % distinct);
        table.insert(number % distinct);
    };
    fill(&mut table, n, distinct);
    for number in n..n + 2 * table.capacity() {
        table.remove((number - n) % distinct);
        add(&mut table, number);
    }
}

/// Inserts and removes at random.
pub(crate) fn any_order<C: Table>(mut table: C, n: usize, distinct: usize) {
    let mut random = Random::seeded(n);
    let mut held = AllocationGroupToken::root().scope(|| Vec::with_capacity(n));
    for _ in 0..2 * n {
        if held.len() == n || (!held.is_empty() && random.below(3) == 0) {
            let number = held.swap_remove(random.below(held.len()));
            table.remove(number);
        } else {
            let number = random.below(distinct);
            if !held.contains(&number) {
                held.push(number);
            }
            table.insert(number);
        }
    }
}

/// The rules of one kind of table.
pub(crate) struct Proof {
    pub(crate) meter: Meter,
    pub(crate) allocated: Tightness,
    pub(crate) bounded: Tightness,
    pub(crate) grown: Tightness,
    pub(crate) insert_only_bounded: Tightness,
    pub(crate) insert_only_grown: Tightness,
    pub(crate) headroom_allocated: Tightness,
    pub(crate) headroom_bounded: Tightness,
}

impl Proof {
    pub(crate) fn of(table: &'static str) -> Self {
        let rule = |rule| Tightness::new(table, rule);
        Self {
            meter: Meter::new(),
            allocated: rule("allocated"),
            bounded: rule("bounded"),
            grown: rule("grown"),
            insert_only_bounded: rule("bounded, insert only"),
            insert_only_grown: rule("grown, insert only"),
            headroom_allocated: rule("allocated, headroom"),
            headroom_bounded: rule("bounded, headroom"),
        }
    }

    fn of_table<C: Table, T: Item>(&mut self) {
        let meter = self.meter;
        // Not so many that a table for them and one more has more places than there are values to fill it with.
        let distinct = T::distinct();
        let most = if distinct > MOST { MOST } else { (distinct / 8 * 7).saturating_sub(1) };
        for n in 1..=MOST {
            self.allocated.check::<C::Item>(C::allocated, n, meter.live(|| C::with_capacity(n)));
            self.headroom_allocated.check::<C::Item>(
                C::headroom_allocated,
                n,
                meter.live(|| C::with_capacity(2 * n)),
            );
        }
        meter.peak(|| {
            let mut table = C::default();
            for n in 1..=most.max(1) {
                table.insert(n - 1);
                table.insert(n - 1);
                self.insert_only_grown.check::<C::Item>(C::insert_only_grown, n, meter.so_far());
            }
        });
        for n in sample::<T>().into_iter().filter(|n| *n <= most.max(1)) {
            let truth = meter.peak(|| {
                let mut table = C::with_capacity(n);
                fill(&mut table, n, distinct);
            });
            self.insert_only_bounded.check::<C::Item>(C::insert_only_bounded, n, truth);
            let worst = |make: &dyn Fn() -> C| {
                let exhausted = meter.peak(|| exhaust(make(), n, distinct));
                let order = if n <= 300 { meter.peak(|| any_order(make(), n, distinct)) } else { 0 };
                exhausted.max(order)
            };
            self.bounded.check::<C::Item>(C::bounded, n, worst(&|| C::with_capacity(n)));
            self.grown.check::<C::Item>(C::grown, n, worst(&C::default));
            self.headroom_bounded.check::<C::Item>(
                C::headroom_bounded,
                n,
                worst(&|| C::with_capacity(2 * n)),
            );
        }
    }

    pub(crate) fn rules(self) -> [Tightness; 7] {
        [
            self.allocated,
            self.bounded,
            self.grown,
            self.insert_only_bounded,
            self.insert_only_grown,
            self.headroom_allocated,
            self.headroom_bounded,
        ]
    }
}

fn tables<T: Item>(proof: &mut Proof) {
    proof.of_table::<HashSet<T, InPlace>, T>();
    proof.of_table::<HashMap<T, T, InPlace>, T>();
}

fn tables_of_hashbrown<T: Item>(proof: &mut Proof) {
    proof.of_table::<hashbrown::HashSet<T, InPlace>, T>();
    proof.of_table::<hashbrown::HashMap<T, T, InPlace>, T>();
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut proof = Proof::of("`HashMap`, `HashSet`");
        for_all_items!(tables(&mut proof));
        proof.rules().into()
    })
}

pub(crate) fn proofs_of_hashbrown() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut proof = Proof::of("`hashbrown`: `HashMap`, `HashSet`");
        for_all_items!(tables_of_hashbrown(&mut proof));
        proof.rules().into()
    })
}

/// How far the rules may be above the truth. On x86 of 32 bits nothing tells how wide the groups of the standard library are:
/// the alignment of the wide ones is charged, which few items do not make up for, and the tombstones of the narrow ones.
pub(crate) const GOAL: f64 = if cfg!(target_arch = "x86") { 3.0 } else { 1.0 };

#[test]
fn hash_tables_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(GOAL);
    }
}

#[test]
fn hash_tables_of_hashbrown_take_exactly_what_their_rules_say() {
    for rule in proofs_of_hashbrown() {
        rule.holds(1.0);
    }
}

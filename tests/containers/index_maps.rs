//! Hash tables of `indexmap`: as the others, and entries beside the table that grow at the worst time.

use std::sync::OnceLock;

use indexmap::{IndexMap, IndexSet};
use memory_accounting::allocator::AllocationGroupToken;

use crate::hash_tables::{Proof, Table, any_order, exhaust, fill};
use crate::items::{InPlace, Item, MOST, for_all_items, sample};
use crate::measured::Tightness;

trait Entries: Table {
    fn reserve_exact(&mut self, n: usize);
}

macro_rules! maps {
    ($($map:ty: |$this:ident, $number:ident| $insert:expr;)*) => {$(
        impl<T: Item> Table for $map {
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
                self.swap_remove(&T::number(number));
            }
        }

        impl<T: Item> Entries for $map {
            fn reserve_exact(&mut self, n: usize) {
                self.reserve_exact(n);
            }
        }
    )*};
}

maps! {
    IndexSet<T, InPlace>: |this, number| this.insert(T::number(number));
    IndexMap<T, T, InPlace>: |this, number| this.insert(T::number(number), T::number(number));
}

/// Entries with room for all but one, which comes last: both growths are as large as they can be, and at once.
fn barely_too_small<C: Entries>(n: usize, replaced: usize, distinct: usize) {
    let mut map = C::default();
    map.reserve_exact(n - 1);
    (0..n - 1).for_each(|number| map.insert(number % distinct));
    // Each replacement takes a free slot of the table and leaves a tombstone.
    for number in n - 1..n - 1 + replaced * usize::from(n > 1) {
        map.remove((number + 1 - n) % distinct);
        map.insert(number % distinct);
    }
    map.insert((n - 1 + replaced) % distinct);
}

fn map<C: Entries, T: Item>(proof: &mut Proof) {
    let meter = proof.meter;
    // Not so many that a table for them and one more has more places than there are values to fill it with.
    let distinct = T::distinct();
    let most = if distinct > MOST { MOST } else { (distinct / 8 * 7).saturating_sub(1) }.max(1);
    for n in 1..=MOST {
        proof.allocated.check::<C::Item>(C::allocated, n, meter.live(|| C::with_capacity(n)));
        let headroom = meter.live(|| C::with_capacity(2 * n));
        proof.headroom_allocated.check::<C::Item>(C::headroom_allocated, n, headroom);
    }
    meter.peak(|| {
        let mut pushed = C::default();
        for n in 1..=most {
            pushed.insert(n - 1);
            pushed.insert(n - 1);
            proof.insert_only_grown.covers::<C::Item>(C::insert_only_grown, n, meter.so_far());
        }
    });
    for n in sample::<T>().into_iter().filter(|n| *n <= most) {
        let fill = |mut map: C| fill(&mut map, n, distinct);
        let filled = meter.peak(|| fill(C::with_capacity(n)));
        proof.insert_only_bounded.check::<C::Item>(C::insert_only_bounded, n, filled);
        let last_grows =
            meter.peak(|| barely_too_small::<C>(n, 0, distinct)).max(meter.peak(|| fill(C::default())));
        proof.insert_only_grown.check::<C::Item>(C::insert_only_grown, n, last_grows);

        let worst = |make: &dyn Fn() -> C| {
            let exhausted = meter.peak(|| exhaust(make(), n, distinct));
            let order = if n <= 300 { meter.peak(|| any_order(make(), n, distinct)) } else { 0 };
            exhausted.max(order)
        };
        proof.bounded.check::<C::Item>(C::bounded, n, worst(&|| C::with_capacity(n)));
        // All free slots that a table of this size has once it holds all but one, and one more where it gets this size by that.
        let room = AllocationGroupToken::root()
            .scope(|| hashbrown::HashSet::<usize, InPlace>::with_capacity_and_hasher(n, InPlace).capacity());
        let free = room - (n - 1);
        let doubled =
            [free, free + 1].map(|replaced| meter.peak(|| barely_too_small::<C>(n, replaced, distinct)));
        let grown = worst(&C::default).max(last_grows).max(doubled[0]).max(doubled[1]);
        proof.grown.check::<C::Item>(C::grown, n, grown);
        let headroom = worst(&|| C::with_capacity(2 * n));
        proof.headroom_bounded.check::<C::Item>(C::headroom_bounded, n, headroom);
    }
}

fn maps<T: Item>(proof: &mut Proof) {
    map::<IndexSet<T, InPlace>, T>(proof);
    map::<IndexMap<T, T, InPlace>, T>(proof);
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut proof = Proof::of("`IndexMap`, `IndexSet`");
        for_all_items!(maps(&mut proof));
        proof.rules().into()
    })
}

#[test]
fn index_maps_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

//! B-trees, grown so that their nodes are as empty as can be, and linked lists.

use std::collections::{BTreeMap, BTreeSet, LinkedList};
use std::sync::OnceLock;

use memory_accounting::Container;

use crate::items::{Item, MOST, Random, for_all_items};
use crate::measured::{Meter, Tightness};

trait Tree: Container + Default {
    fn insert(&mut self, number: usize);
    fn remove(&mut self, number: usize);
    fn len(&self) -> usize;
}

impl<T: Item> Tree for BTreeSet<T> {
    fn insert(&mut self, number: usize) {
        self.insert(T::number(number));
    }

    fn remove(&mut self, number: usize) {
        self.remove(&T::number(number));
    }

    fn len(&self) -> usize {
        self.len()
    }
}

impl<T: Item> Tree for BTreeMap<T, T> {
    fn insert(&mut self, number: usize) {
        self.insert(T::number(number), T::number(number));
    }

    fn remove(&mut self, number: usize) {
        self.remove(&T::number(number));
    }

    fn len(&self) -> usize {
        self.len()
    }
}

/// Thins the node `index` on `level` out, which ascending keys have just left behind with 6 entries: to the 5 a node must
/// keep. When that was the seventh node below one, that one is left behind as well.
fn thin_out(tree: &mut impl Tree, level: u32, index: usize) {
    let below = 7_usize.pow(level);
    let removed = if level == 0 { 7 * index } else { (7 * index + 2) * below };
    for number in removed..removed + below {
        tree.remove(number);
    }
    if index >= 11 && (index - 11) % 7 == 0 {
        thin_out(tree, level + 1, (index - 11) / 7);
    }
}

/// The most bytes alive for every number of items, by that number.
struct Peaks {
    meter: Meter,
    distinct: usize,
    bytes: Vec<usize>,
}

impl Peaks {
    /// Inserts what `number` says, and lets `then` remove something after each, until there are enough items.
    fn raise<C: Tree>(&mut self, number: impl Fn(usize) -> usize, mut then: impl FnMut(&mut C, usize)) {
        let mut tree = C::default();
        let mut most = 0;
        for round in 0..(4 * MOST).min(self.distinct) {
            self.meter.group().scope(|| tree.insert(number(round)));
            most = most.max(tree.len());
            // Only insertions add nodes, so what is alive after one is the most there was.
            let alive = self.meter.group().stats().live_bytes();
            let Some(peak) = self.bytes.get_mut(most) else { break };
            *peak = alive.max(*peak);
            self.meter.group().scope(|| then(&mut tree, round));
        }
        drop(tree);
    }
}

fn peaks<C: Tree>(meter: Meter, distinct: usize) -> Vec<usize> {
    let mut peaks = Peaks { meter, distinct, bytes: vec![0; MOST + 1] };
    peaks.raise::<C>(|round| round, |_, _| ());
    peaks.raise::<C>(|round| distinct - 1 - round, |_, _| ());
    peaks.raise::<C>(
        |round| round,
        |tree, number| {
            if number >= 11 && (number - 11) % 7 == 0 {
                thin_out(tree, 0, (number - 11) / 7);
            }
        },
    );
    let mut random = Random::seeded(distinct);
    peaks.raise::<C>(
        |round| round.wrapping_mul(40_503) % distinct,
        |tree, _| {
            if random.below(3) == 0 {
                tree.remove(random.below(distinct));
            }
        },
    );
    let mut most = 0;
    for bytes in &mut peaks.bytes {
        most = most.max(*bytes);
        *bytes = most;
    }
    peaks.bytes
}

fn tree<C: Tree, T: Item>(meter: Meter, rules: &mut [Tightness; 2]) {
    let distinct = T::distinct();
    let peaks = peaks::<C>(meter, distinct);
    let most = MOST.min(distinct * 9 / 10).max(1);
    // Of 49 ascending keys, the order that leaves nodes the emptiest keeps 36.
    let most_thinned_out = MOST.min(distinct * 36 / 49).max(1);
    for (n, peak) in peaks.into_iter().enumerate().take(most + 1).skip(1) {
        let [bounded, grown] = &mut *rules;
        if n > most_thinned_out {
            bounded.covers::<C::Item>(C::bounded, n, peak);
            grown.covers::<C::Item>(C::grown, n, peak);
        } else {
            bounded.check::<C::Item>(C::bounded, n, peak);
            grown.check::<C::Item>(C::grown, n, peak);
        }
    }
}

fn all<T: Item>(meter: Meter, trees: &mut [Tightness; 2], lists: &mut [Tightness; 2]) {
    tree::<BTreeSet<T>, T>(meter, trees);
    tree::<BTreeMap<T, T>, T>(meter, trees);
    assert_eq!(meter.live(BTreeMap::<T, T>::new) + meter.live(LinkedList::<T>::new), 0);
    meter.peak(|| {
        let mut list = LinkedList::new();
        for n in 1..=MOST {
            list.push_back(T::number(n));
            let removed = list.pop_front();
            list.extend(removed);
            let [bounded, grown] = &mut *lists;
            bounded.check::<T>(LinkedList::<T>::bounded, n, meter.so_far());
            grown.check::<T>(LinkedList::<T>::grown, n, meter.so_far());
        }
    });
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let rules = |name| ["bounded", "grown"].map(|rule| Tightness::new(name, rule));
        let (mut trees, mut lists) = (rules("`BTreeMap`, `BTreeSet`"), rules("`LinkedList`"));
        for_all_items!(all(Meter::new(), &mut trees, &mut lists));
        trees.into_iter().chain(lists).collect()
    })
}

#[test]
fn trees_and_lists_take_at_most_what_their_rules_say() {
    let (trees, lists) = proofs().split_at(2);
    // The worst is a tree of tiny items, whose inner nodes are over three times its leaves: the rule charges one more of them
    // than there can be, where a level has just one.
    for rule in trees {
        rule.holds(1.10);
    }
    for rule in lists {
        rule.holds(1.0);
    }
}

//! Vectors, strings, and the slices made from them.

use std::collections::{BinaryHeap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use memory_accounting::Container;
use memory_accounting::allocator::AllocationGroupToken;
use slab::Slab;
use smallvec::SmallVec;

use crate::items::{Item, MOST, Random, for_all_items, sample};
use crate::measured::{Meter, Tightness};

/// What all sequences can do.
trait Sequence: Container + Default {
    fn with_capacity(n: usize) -> Self;
    fn reserve(&mut self, more: usize);
    fn reserve_exact(&mut self, more: usize);
    fn add(&mut self, number: usize);
    fn clear(&mut self);
}

macro_rules! sequences {
    ($([$($generics:tt)*] $sequence:ty, |$this:ident, $number:ident| $add:expr;)*) => {$(
        impl<$($generics)*> Sequence for $sequence {
            fn with_capacity(n: usize) -> Self {
                Self::with_capacity(n)
            }

            fn reserve(&mut self, more: usize) {
                self.reserve(more);
            }

            fn reserve_exact(&mut self, more: usize) {
                self.reserve_exact(more);
            }

            fn add(&mut self, $number: usize) {
                let $this = self;
                $add;
            }

            fn clear(&mut self) {
                self.clear();
            }
        }
    )*};
}

sequences! {
    [T: Item] Vec<T>, |this, number| this.push(T::number(number));
    [T: Item] VecDeque<T>, |this, number| this.push_back(T::number(number));
    [T: Item] BinaryHeap<T>, |this, number| this.push(T::number(number));
    [T: Item] Slab<T>, |this, number| this.insert(T::number(number));
    [T: Item] SmallVec<[T; 0]>, |this, number| this.push(T::number(number));
    [T: Item] SmallVec<[T; 1]>, |this, number| this.push(T::number(number));
    [T: Item] SmallVec<[T; 5]>, |this, number| this.push(T::number(number));
    [T: Item] SmallVec<[T; 64]>, |this, number| this.push(T::number(number));
    [] String, |this, _number| this.push('x');
    [] OsString, |this, _number| this.push("x");
    [] PathBuf, |this, _number| this.as_mut_os_string().push("x");
}

/// The rules of one sequence.
struct Proof {
    meter: Meter,
    allocated: Tightness,
    bounded: Tightness,
    grown: Tightness,
}

impl Proof {
    fn of(sequence: &'static str) -> Self {
        Self {
            meter: Meter::new(),
            allocated: Tightness::new(sequence, "allocated"),
            bounded: Tightness::new(sequence, "bounded"),
            grown: Tightness::new(sequence, "grown"),
        }
    }

    fn of_sequence<S: Sequence>(&mut self) {
        let meter = self.meter;
        for n in 1..=MOST {
            self.allocated.check::<S::Item>(S::allocated, n, meter.live(|| S::with_capacity(n)));
        }
        meter.peak(|| {
            let mut pushed = S::default();
            for n in 1..=MOST {
                pushed.add(n);
                self.grown.covers::<S::Item>(S::grown, n, meter.so_far());
            }
        });
        for n in sample::<S::Item>() {
            self.bounded.check::<S::Item>(S::bounded, n, meter.peak(|| any_order(S::with_capacity(n), n)));
            let barely_too_small = meter.peak(|| {
                let mut sequence = S::default();
                sequence.reserve_exact(n - 1);
                (0..n).for_each(|number| sequence.add(number));
            });
            let any_order = meter.peak(|| any_order(S::default(), n));
            self.grown.check::<S::Item>(S::grown, n, barely_too_small.max(any_order));
        }
    }

    /// A slice that `freeze` makes of a vector of `n` items with any capacity.
    fn of_slice<C: Container<Item = T>, T: Item>(&mut self, freeze: impl Fn(Vec<T>) -> C) {
        let meter = self.meter;
        for n in sample::<T>() {
            let exact = |number: usize| (0..number).map(T::number).collect::<Vec<T>>();
            self.allocated.check::<T>(C::allocated, n, meter.live(|| freeze(exact(n))));
            self.bounded.check::<T>(C::bounded, n, meter.peak(|| drop(black_box(freeze(exact(n))))));
            let shrunk = meter.peak(|| {
                let mut vector = Vec::new();
                vector.reserve_exact(n - 1);
                (0..n).for_each(|number| vector.push(T::number(number)));
                drop(black_box(freeze(vector)));
            });
            let pushed = meter.peak(|| {
                let mut vector = Vec::new();
                (0..n).for_each(|number| vector.push(T::number(number)));
                drop(black_box(freeze(vector)));
            });
            self.grown.check::<T>(C::grown, n, shrunk.max(pushed));
        }
    }

    fn rules(self) -> [Tightness; 3] {
        [self.allocated, self.bounded, self.grown]
    }
}

/// Fills, empties and reserves at random, and never means to hold more than `n`.
fn any_order<S: Sequence>(mut sequence: S, n: usize) {
    let mut random = Random::seeded(n);
    let mut length = 0;
    for _ in 0..12 {
        match random.below(6) {
            0 => {
                sequence.clear();
                length = 0;
            }
            1 => sequence.reserve(random.below(n - length + 1)),
            2 => sequence.reserve_exact(random.below(n - length + 1)),
            _ => {
                let more = random.below(n - length + 1);
                (0..more).for_each(|number| sequence.add(number));
                length += more;
            }
        }
    }
    (length..n).for_each(|number| sequence.add(number));
}

fn vectors<T: Item>(
    vec: &mut Proof,
    deque: &mut Proof,
    heap: &mut Proof,
    boxed: &mut Proof,
    counted: &mut Proof,
) {
    vec.of_sequence::<Vec<T>>();
    deque.of_sequence::<VecDeque<T>>();
    heap.of_sequence::<BinaryHeap<T>>();
    boxed.of_slice::<Box<[T]>, T>(Vec::into_boxed_slice);
    counted.of_slice::<Arc<[T]>, T>(Into::into);
    counted.of_slice::<Rc<[T]>, T>(Into::into);
}

/// The same allocation as text.
fn string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

fn vectors_of_other_crates<T: Item>(slab: &mut Proof, small: &mut Proof) {
    slab.of_sequence::<Slab<T>>();
    small.of_sequence::<SmallVec<[T; 0]>>();
    small.of_sequence::<SmallVec<[T; 1]>>();
    small.of_sequence::<SmallVec<[T; 5]>>();
    small.of_sequence::<SmallVec<[T; 64]>>();
}

/// Leaves places and takes them again, in any order, and never holds more than `n`.
fn leave_places<T: Item>(mut slab: Slab<T>, n: usize) {
    let mut random = Random::seeded(n);
    let mut keys = AllocationGroupToken::root().scope(|| Vec::with_capacity(n));
    for number in 0..4 * n {
        if keys.len() == n || (!keys.is_empty() && random.below(3) == 0) {
            slab.remove(keys.swap_remove(random.below(keys.len())));
        } else {
            if random.below(4) == 0 {
                slab.reserve(random.below(n - keys.len() + 1));
            }
            keys.push(slab.insert(T::number(number)));
        }
    }
    for number in keys.len()..n {
        slab.insert(T::number(number));
    }
}

fn places<T: Item>(meter: Meter, proof: &mut Tightness) {
    for n in sample::<T>().into_iter().filter(|n| *n <= 600) {
        proof.check::<T>(Slab::<T>::bounded, n, meter.peak(|| leave_places(Slab::<T>::with_capacity(n), n)));
        proof.covers::<T>(Slab::<T>::grown, n, meter.peak(|| leave_places(Slab::<T>::new(), n)));
    }
}

pub(crate) fn proofs_of_other_crates() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let (mut slab, mut small) = (Proof::of("`Slab`"), Proof::of("`SmallVec`"));
        for_all_items!(vectors_of_other_crates(&mut slab, &mut small));
        for_all_items!(places(slab.meter, &mut slab.bounded));
        [slab, small].into_iter().flat_map(Proof::rules).collect()
    })
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let (mut vec, mut deque, mut heap) =
            (Proof::of("`Vec`"), Proof::of("`VecDeque`"), Proof::of("`BinaryHeap`"));
        let mut text = Proof::of("`String`, `OsString`, `PathBuf`");
        let (mut boxed, mut counted) = (
            Proof::of("`Box<[T]>`, and of `str`, `OsStr`, `Path`"),
            Proof::of("`Arc<[T]>`, `Rc<[T]>`, and of `str`, `OsStr`, `Path`"),
        );
        for_all_items!(vectors(&mut vec, &mut deque, &mut heap, &mut boxed, &mut counted));
        text.of_sequence::<String>();
        text.of_sequence::<OsString>();
        text.of_sequence::<PathBuf>();
        boxed.of_slice::<Box<str>, u8>(|bytes| string(bytes).into_boxed_str());
        boxed.of_slice::<Box<OsStr>, u8>(|bytes| OsString::from(string(bytes)).into_boxed_os_str());
        boxed.of_slice::<Box<Path>, u8>(|bytes| PathBuf::from(string(bytes)).into_boxed_path());
        counted.of_slice::<Arc<str>, u8>(|bytes| string(bytes).into());
        counted.of_slice::<Rc<str>, u8>(|bytes| string(bytes).into());
        counted.of_slice::<Arc<OsStr>, u8>(|bytes| OsString::from(string(bytes)).into());
        counted.of_slice::<Rc<OsStr>, u8>(|bytes| OsString::from(string(bytes)).into());
        counted.of_slice::<Arc<Path>, u8>(|bytes| PathBuf::from(string(bytes)).into());
        counted.of_slice::<Rc<Path>, u8>(|bytes| PathBuf::from(string(bytes)).into());
        [vec, deque, heap, text, boxed, counted].into_iter().flat_map(Proof::rules).collect()
    })
}

#[test]
fn sequences_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

#[test]
fn slabs_and_small_vectors_take_exactly_what_their_rules_say() {
    for rule in proofs_of_other_crates() {
        rule.holds(1.0);
    }
}

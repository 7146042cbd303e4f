//! Pointers to one value.

use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use memory_accounting::Container;

use crate::items::{Item, for_all_items};
use crate::measured::{Meter, Tightness};

/// The first `n` of a hundred.
fn some<P>(n: usize, make: impl Fn(usize) -> P) -> [Option<P>; 100] {
    black_box(std::array::from_fn(|number| (number < n).then(|| make(number))))
}

fn owners<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    for n in [1, 2, 100] {
        let boxes = meter.peak(|| drop(some(n, |number| Box::new(T::number(number)))));
        let arcs = meter.peak(|| drop(some(n, |number| Arc::new(T::number(number)))));
        let rcs = meter.peak(|| drop(some(n, |number| Rc::new(T::number(number)))));
        allocated.check::<T>(Box::<T>::allocated, n, boxes);
        bounded.check::<T>(Box::<T>::bounded, n, boxes);
        grown.check::<T>(Box::<T>::grown, n, boxes);
        allocated.check::<T>(Arc::<T>::allocated, n, arcs);
        bounded.check::<T>(Arc::<T>::bounded, n, arcs);
        grown.check::<T>(Arc::<T>::grown, n, arcs);
        allocated.check::<T>(Rc::<T>::allocated, n, rcs);
        bounded.check::<T>(Rc::<T>::bounded, n, rcs);
        grown.check::<T>(Rc::<T>::grown, n, rcs);
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut rules =
            ["allocated", "bounded", "grown"].map(|rule| Tightness::new("`Box<T>`, `Arc<T>`, `Rc<T>`", rule));
        for_all_items!(owners(Meter::new(), &mut rules));
        rules.into()
    })
}

#[test]
fn owners_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

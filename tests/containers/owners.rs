//! Pointers to one value.

use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use memory_accounting::{ComponentBounds, MemoryBounds, UsageExpr};

use crate::items::{Item, for_all_items};
use crate::measured::{Meter, Tightness};

/// As many pointers as `count` says.
#[derive(MemoryBounds)]
struct Owners<P> {
    count: usize,
    #[bounds(boxed, times = count)]
    #[expect(dead_code, reason = "counted, not used")]
    pointer: Option<P>,
}

fn boxed<P>(_: &str, count: &UsageExpr) -> UsageExpr
where
    Owners<P>: MemoryBounds,
{
    let bounds = ComponentBounds::of(&Owners::<P> { count: count.evaluate(), pointer: None });
    let [whole] = &bounds.to_exprs()[..] else { panic!("one entry") };
    serde_json::from_value(whole["expr"].clone()).unwrap()
}

/// The first `n` of a hundred.
fn some<P>(n: usize, make: impl Fn(usize) -> P) -> [Option<P>; 100] {
    black_box(std::array::from_fn(|number| (number < n).then(|| make(number))))
}

fn owners<T: Item>(meter: Meter, rule: &mut Tightness) {
    for n in [1, 2, 100] {
        let boxes = meter.peak(|| drop(some(n, |number| Box::new(T::number(number)))));
        let arcs = meter.peak(|| drop(some(n, |number| Arc::new(T::number(number)))));
        let rcs = meter.peak(|| drop(some(n, |number| Rc::new(T::number(number)))));
        rule.check::<T>(boxed::<Box<T>>, n, boxes);
        rule.check::<T>(boxed::<Arc<T>>, n, arcs);
        rule.check::<T>(boxed::<Rc<T>>, n, rcs);
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut rule = Tightness::new("`Box<T>`, `Arc<T>`, `Rc<T>` of one value", "`boxed`");
        for_all_items!(owners(Meter::new(), &mut rule));
        vec![rule]
    })
}

#[test]
fn owners_take_exactly_what_their_rule_says() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

//! Wrappers that keep a container in place.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Mutex, RwLock};

use memory_accounting::{Container, HashContainer, UsageExpr};

use crate::measured::Meter;

type Map = HashMap<u64, u64>;

fn rules<C: HashContainer>() -> [UsageExpr; 7] {
    let n = UsageExpr::config("n", 100);
    [
        C::allocated("items", &n),
        C::bounded("items", &n),
        C::grown("items", &n),
        C::insert_only_bounded("items", &n),
        C::insert_only_grown("items", &n),
        C::headroom_allocated("items", &n),
        C::headroom_bounded("items", &n),
    ]
}

#[test]
fn a_wrapper_has_the_rules_of_what_is_inside() {
    let inside = rules::<Map>();
    assert_eq!(rules::<Option<Map>>(), inside);
    assert_eq!(rules::<Mutex<Map>>(), inside);
    assert_eq!(rules::<RwLock<Map>>(), inside);
    assert_eq!(rules::<RefCell<Map>>(), inside);
    assert_eq!(rules::<Cell<Map>>(), inside);
}

#[test]
fn a_wrapper_takes_no_heap_of_its_own() {
    let meter = Meter::new();
    let n = UsageExpr::config("n", 10);
    let vector = || black_box(Vec::<u64>::with_capacity(10));
    let bytes = Vec::<u64>::bounded("items", &n).evaluate();
    assert_eq!(meter.peak(|| drop(Some(vector()))), bytes);
    assert_eq!(meter.peak(|| drop(Mutex::new(vector()).lock().map(|mut vector| vector.push(1)))), bytes);
    assert_eq!(meter.peak(|| drop(RwLock::new(vector()).write().map(|mut vector| vector.push(1)))), bytes);
    assert_eq!(meter.peak(|| RefCell::new(vector()).borrow_mut().push(1)), bytes);
    assert_eq!(meter.peak(|| drop(Cell::new(vector()).take())), bytes);
}

//! Wrappers that keep a container in place.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Mutex, OnceLock, RwLock};
use std::task::{Context, Waker};

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
    assert_eq!(rules::<OnceCell<Map>>(), inside);
    assert_eq!(rules::<OnceLock<Map>>(), inside);
    assert_eq!(rules::<tokio::sync::Mutex<Map>>(), inside);
    assert_eq!(rules::<tokio::sync::RwLock<Map>>(), inside);
    assert_eq!(rules::<parking_lot::Mutex<Map>>(), inside);
    assert_eq!(rules::<parking_lot::RwLock<Map>>(), inside);
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
    assert_eq!(meter.peak(|| drop(OnceCell::from(vector()).take())), bytes);
    assert_eq!(meter.peak(|| drop(OnceLock::from(vector()).take())), bytes);
    assert_eq!(meter.peak(|| parking_lot::Mutex::new(vector()).lock().push(1)), bytes);
    assert_eq!(meter.peak(|| parking_lot::RwLock::new(vector()).write().push(1)), bytes);
}

/// Who waits at a lock of tokio's is in a list through the futures that wait.
#[test]
fn a_lock_of_tokio_takes_no_heap_of_its_own_while_others_wait() {
    let meter = Meter::new();
    let n = UsageExpr::config("n", 10);
    let vector = || black_box(Vec::<u64>::with_capacity(10));
    let bytes = Vec::<u64>::bounded("items", &n).evaluate();
    let mutex = meter.peak(|| {
        let mutex = tokio::sync::Mutex::new(vector());
        let held = mutex.try_lock();
        assert!(held.is_ok() && waits(mutex.lock()) && waits(mutex.lock()));
        drop(held);
        assert!(!waits(mutex.lock()));
    });
    let lock = meter.peak(|| {
        let lock = tokio::sync::RwLock::new(vector());
        let held = lock.try_write();
        assert!(held.is_ok() && waits(lock.read()) && waits(lock.write()));
        drop(held);
        assert!(!waits(lock.read()));
    });
    assert_eq!((mutex, lock), (bytes, bytes));
}

/// Whether `future` has to wait.
fn waits<F: Future>(future: F) -> bool {
    let mut future = std::pin::pin!(future);
    future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

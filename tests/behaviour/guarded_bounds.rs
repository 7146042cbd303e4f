//! Bounds through locks, cells, queues and tuples.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(bytes)]
    max_bytes: usize,
}

const POOL: Pool = Pool { max_bytes: 10 };

fn firm_limit(component: &impl MemoryBounds) -> usize {
    ComponentBounds::of(component).total_firm_limit_bytes()
}

/// The firm limit, and what is not counted with the reason.
fn skipped(component: &impl MemoryBounds) -> (usize, Vec<(String, String)>) {
    let bounds = ComponentBounds::of(component);
    let skipped = bounds.skipped().iter().map(|field| (field.name().to_owned(), field.reason().to_owned()));
    (bounds.total_firm_limit_bytes(), skipped.collect())
}

#[test]
fn what_is_behind_a_lock_or_in_a_cell_is_declared_on_the_same_level() {
    assert_eq!(firm_limit(&Mutex::new(POOL)), 10);
    assert_eq!(firm_limit(&RwLock::new(POOL)), 10);
    assert_eq!(firm_limit(&RefCell::new(POOL)), 10);
    assert_eq!(firm_limit(&tokio::sync::Mutex::new(POOL)), 10);
    assert_eq!(firm_limit(&tokio::sync::RwLock::new(POOL)), 10);
    assert_eq!(firm_limit(&parking_lot::Mutex::new(POOL)), 10);
    assert_eq!(firm_limit(&parking_lot::RwLock::new(POOL)), 10);
    assert_eq!((firm_limit(&OnceLock::<Pool>::new()), firm_limit(&OnceLock::from(POOL))), (0, 10));
    assert_eq!((firm_limit(&OnceCell::<Pool>::new()), firm_limit(&OnceCell::from(POOL))), (0, 10));
    let any: Arc<RwLock<dyn MemoryBounds>> = Arc::new(RwLock::new(POOL));
    assert_eq!(firm_limit(&any), 10);
}

#[test]
fn what_cannot_be_read_at_once_is_skipped_with_a_reason() {
    let locked = "it was locked when bounds were declared, so what is inside could not be read";
    let borrowed = "it was borrowed when bounds were declared, so what is inside could not be read";
    let not_read = |name: &str, reason: &str| (0, vec![(name.to_owned(), reason.to_owned())]);
    let mutex = Mutex::new(POOL);
    let held = mutex.lock();
    assert_eq!(skipped(&mutex), not_read("Mutex", locked));
    drop(held);
    assert_eq!(skipped(&mutex), (10, Vec::new()));
    let lock = RwLock::new(POOL);
    let (held, read) = (lock.write(), lock.try_read().is_ok());
    assert_eq!((skipped(&lock), read), (not_read("RwLock", locked), false));
    drop(held);
    let held = lock.read();
    assert_eq!(skipped(&lock), (10, Vec::new()), "others that read are in nobody's way");
    drop(held);
    let cell = RefCell::new(POOL);
    let held = cell.borrow_mut();
    assert_eq!(skipped(&cell), not_read("RefCell", borrowed));
    drop(held);
    let mutex = tokio::sync::Mutex::new(POOL);
    let held = mutex.try_lock();
    assert_eq!(skipped(&mutex), not_read("Mutex", locked));
    drop(held);
    let lock = tokio::sync::RwLock::new(POOL);
    let held = lock.try_write();
    assert_eq!(skipped(&lock), not_read("RwLock", locked));
    drop(held);
    let mutex = parking_lot::Mutex::new(POOL);
    let held = mutex.lock();
    assert_eq!(skipped(&mutex), not_read("Mutex", locked));
    drop(held);
    let lock = parking_lot::RwLock::new(POOL);
    let held = lock.write();
    assert_eq!(skipped(&lock), not_read("RwLock", locked));
    drop(held);
}

#[test]
fn what_a_panic_left_behind_a_lock_still_takes_its_memory() {
    let (mutex, lock) = (Mutex::new(POOL), RwLock::new(POOL));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = (mutex.lock(), lock.write());
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(panicked.is_err() && mutex.is_poisoned() && lock.is_poisoned());
    assert_eq!((firm_limit(&mutex), firm_limit(&lock)), (10, 10));
}

/// The direct subcomponents by name, with their firm limits.
fn below(component: &impl MemoryBounds) -> Vec<(String, usize)> {
    let bounds = ComponentBounds::of(component);
    bounds.subcomponents().map(|(name, below)| (name.clone(), below.total_firm_limit_bytes())).collect()
}

#[test]
fn members_of_queues_and_tuples_are_subcomponents_by_position() {
    let pool = |max_bytes| Pool { max_bytes };
    let expected = [("0".to_owned(), 1), ("1".to_owned(), 20), ("2".to_owned(), 300)];
    let mut queue = VecDeque::from([pool(20), pool(300)]);
    queue.push_front(pool(1));
    assert_eq!(below(&queue), expected);
    assert_eq!(below(&(pool(1), pool(20), Mutex::new(pool(300)))), expected);
    assert_eq!(below(&(pool(1), pool(20), pool(300), None::<Pool>))[..3], expected);
    assert_eq!(below(&vec![("a", pool(1)), ("b", pool(20))]), [("a".to_owned(), 1), ("b".to_owned(), 20)]);
}

#[test]
fn a_shared_table_of_components_is_declared_through_all_that_wraps_it() {
    #[derive(MemoryBounds)]
    struct Server {
        #[bounds(subcomponent)]
        tenants: Arc<RwLock<HashMap<String, Arc<Mutex<Pool>>>>>,
    }
    let tenants = [("a.b", POOL), ("c", Pool { max_bytes: 200 })];
    let tenants = tenants.map(|(name, pool)| (name.to_owned(), Arc::new(Mutex::new(pool))));
    let server = Server { tenants: Arc::new(RwLock::new(HashMap::from(tenants))) };
    let bounds = ComponentBounds::of(&server);
    let firm = |name: &str| bounds.find(name).map(ComponentBounds::total_firm_limit_bytes);
    assert_eq!((firm("tenants.\"a.b\""), firm("tenants.c")), (Some(10), Some(200)));
}

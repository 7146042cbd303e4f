//! Pointers to a container.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use memory_accounting::{ComponentBounds, Container, HashContainer, MemoryBounds, UsageExpr};

use crate::items::{Item, for_all_items};
use crate::measured::{Meter, Tightness, bound};

fn vectors<T: Item>(meter: Meter, rules: &mut [Tightness; 3]) {
    with_pointer::<Box<Vec<T>>, T>(meter, rules, Box::new, |pointer, item| pointer.push(item));
    with_pointer::<Box<Mutex<Vec<T>>>, T>(
        meter,
        rules,
        |vector| Box::new(Mutex::new(vector)),
        |pointer, item| {
            pointer.get_mut().into_iter().for_each(|vector| vector.push(item));
        },
    );
    with_pointer::<Arc<RwLock<Vec<T>>>, T>(
        meter,
        rules,
        |vector| Arc::new(RwLock::new(vector)),
        |pointer, item| {
            pointer.write().into_iter().for_each(|mut vector| vector.push(item));
        },
    );
    with_pointer::<Rc<RefCell<Option<Vec<T>>>>, T>(
        meter,
        rules,
        |vector| Rc::new(RefCell::new(Some(vector))),
        |pointer, item| pointer.borrow_mut().iter_mut().for_each(|vector| vector.push(item)),
    );
}

/// What `point` makes of a vector, filled by `add`.
fn with_pointer<P: Container, T: Item>(
    meter: Meter,
    [allocated, bounded, grown]: &mut [Tightness; 3],
    point: impl Fn(Vec<T>) -> P,
    add: impl Fn(&mut P, T),
) {
    let fill = |mut pointer: P, n| (0..n).for_each(|number| add(black_box(&mut pointer), T::number(number)));
    for n in [0, 1, 2, 7, 100] {
        allocated.check::<T>(P::allocated, n, meter.live(|| point(Vec::with_capacity(n))));
        bounded.check::<T>(P::bounded, n, meter.peak(|| fill(point(Vec::with_capacity(n)), n)));
        let barely_too_small = || {
            let mut vector = Vec::new();
            vector.reserve_exact(n.saturating_sub(1));
            vector
        };
        let shrunk = meter.peak(|| fill(point(barely_too_small()), n));
        grown.check::<T>(P::grown, n, shrunk.max(meter.peak(|| fill(point(Vec::new()), n))));
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut rules = ["allocated", "bounded", "grown"]
            .map(|rule| Tightness::new("`Box<C>`, `Arc<C>`, `Rc<C>` of a vector", rule));
        for_all_items!(vectors(Meter::new(), &mut rules));
        rules.into()
    })
}

#[test]
fn a_vector_behind_a_pointer_takes_exactly_what_its_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

type Map = HashMap<u64, u64>;
type Shared = Arc<Mutex<Map>>;

#[test]
fn a_pointer_to_a_hash_table_has_its_rules_and_one_allocation_more() {
    let pointee = 2 * size_of::<usize>() + size_of::<Mutex<Map>>();
    let rules = |n: usize| {
        let n = UsageExpr::config("n", n);
        [
            (Shared::allocated("items", &n), Map::allocated("items", &n)),
            (Shared::bounded("items", &n), Map::bounded("items", &n)),
            (Shared::grown("items", &n), Map::grown("items", &n)),
            (Shared::insert_only_bounded("items", &n), Map::insert_only_bounded("items", &n)),
            (Shared::insert_only_grown("items", &n), Map::insert_only_grown("items", &n)),
            (Shared::headroom_allocated("items", &n), Map::headroom_allocated("items", &n)),
            (Shared::headroom_bounded("items", &n), Map::headroom_bounded("items", &n)),
        ]
    };
    for (pointer, inside) in [0, 1, 100].into_iter().flat_map(rules) {
        assert_eq!(pointer.evaluate(), pointee + inside.evaluate());
    }
}

/// A table of connections that many hold, 24 bytes of pointer each, was once taken for as many pointers.
#[test]
fn a_shared_table_that_lives_stays_within_its_bounds() {
    let (meter, n) = (Meter::new(), 3000);
    let churn = |shared: &Shared| {
        for number in 0..4 * n as u64 {
            if let Ok(mut map) = shared.lock() {
                if map.len() == n {
                    map.remove(&(number - n as u64));
                }
                map.insert(number, number);
            }
        }
    };
    let created = meter.peak(|| churn(&Arc::new(Mutex::new(Map::with_capacity(n)))));
    let grown = meter.peak(|| churn(&Arc::default()));
    let (bounded, bounded_grown) = (bound(Shared::bounded, n), bound(Shared::grown, n));
    assert!(created <= bounded && bounded <= 2 * created, "{created} of {bounded}");
    assert!(grown <= bounded_grown && bounded_grown <= 2 * grown, "{grown} of {bounded_grown}");
}

#[derive(Clone)]
#[expect(dead_code, reason = "counted, not used")]
struct Connection([u64; 8]);

/// What an `Arc` allocates.
#[repr(C)]
struct Counted<T> {
    counters: [usize; 2],
    value: T,
}

type Pool = RwLock<Vec<Connection>>;

/// Pools by endpoint, each behind a pointer and a lock of its own.
#[derive(MemoryBounds)]
struct Pools {
    max_endpoints: usize,
    max_connections: usize,
    #[bounds(
        per_item = max_endpoints,
        item_bytes = size_of::<Counted<Pool>>() + max_connections * size_of::<Connection>()
    )]
    by_endpoint: Arc<RwLock<HashMap<usize, Arc<Pool>>>>,
}

#[test]
fn a_pool_of_pools_that_lives_stays_within_what_it_declares() {
    let (max_endpoints, max_connections) = (100, 20);
    let declared = Pools { max_endpoints, max_connections, by_endpoint: Arc::default() };
    let bounded = ComponentBounds::of(&declared).total_firm_limit_bytes();
    drop(declared);
    let peak = Meter::new().peak(|| {
        let by_endpoint = Arc::new(RwLock::new(HashMap::with_capacity(max_endpoints)));
        let pools = Pools { max_endpoints, max_connections, by_endpoint };
        for endpoint in 0..4 * max_endpoints {
            let Ok(mut pools) = pools.by_endpoint.write() else { return };
            if let Some(oldest) = endpoint.checked_sub(max_endpoints) {
                pools.remove(&oldest);
            }
            let mut connections = Vec::with_capacity(max_connections);
            connections.resize(max_connections, Connection([1; 8]));
            pools.insert(endpoint, black_box(Arc::new(RwLock::new(connections))));
        }
    });
    assert!(peak <= bounded && bounded <= peak + peak / 10, "{peak} of {bounded}");
}

#[test]
fn a_pointer_to_nothing_allocates_nothing_for_it() {
    assert_eq!(bound(Box::<Empty>::bounded, 5), 0);
    assert_eq!(bound(Arc::<Empty>::bounded, 5), 2 * size_of::<usize>());
}

/// A container of no size, whose items are elsewhere.
struct Empty;

impl Container for Empty {
    type Item = ();

    fn allocated(_: &str, _: &UsageExpr) -> UsageExpr {
        UsageExpr::constant("", 0)
    }

    fn bounded(_: &str, _: &UsageExpr) -> UsageExpr {
        UsageExpr::constant("", 0)
    }

    fn grown(_: &str, _: &UsageExpr) -> UsageExpr {
        UsageExpr::constant("", 0)
    }
}

//! What a value says it owns, against what it was seen to allocate.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use memory_accounting::OwnedHeap;
use memory_accounting::allocator::AllocationGroupToken;

use crate::measured::Meter;

/// The numbers of items: where tables and nodes become full, and around it.
const COUNTS: [usize; 16] = [0, 1, 2, 3, 4, 7, 8, 11, 12, 14, 15, 28, 29, 57, 100, 1000];

/// What a value says, and the truth. Saying it takes memory, which is not what is measured.
fn said_and_true<T: OwnedHeap>(meter: Meter, make: impl Fn() -> T) -> (usize, usize) {
    let said = AllocationGroupToken::root().scope(|| make().owned_heap_bytes());
    (said, meter.live(make))
}

#[track_caller]
fn exact<T: OwnedHeap>(meter: Meter, make: impl Fn() -> T) {
    let (said, truth) = said_and_true(meter, make);
    assert_eq!(said, truth, "{}", std::any::type_name::<T>());
}

fn text(number: usize) -> String {
    "x".repeat(number % 40)
}

#[test]
fn what_is_read_from_a_file_says_exactly_what_it_owns() {
    let meter = Meter::new();
    for n in COUNTS {
        exact(meter, || (0..n).map(text).collect::<Vec<_>>());
        exact(meter, || (0..n).map(text).collect::<VecDeque<_>>());
        exact(meter, || (0..n).map(text).collect::<BinaryHeap<_>>());
        exact(meter, || (0..n).map(text).collect::<Box<[_]>>());
        exact(meter, || (0..n).map(text).collect::<Arc<[_]>>());
        exact(meter, || (0..n).map(text).collect::<Rc<[_]>>());
        exact(meter, || (0..n).map(|number| number.to_string()).collect::<HashSet<_>>());
        exact(meter, || (0..n).map(|number| (number.to_string(), text(number))).collect::<HashMap<_, _>>());
        exact(meter, || {
            Arc::new(
                (0..n)
                    .map(|number| Ipv4Addr::from_bits(u32::try_from(number).unwrap()).into())
                    .collect::<HashSet<IpAddr>>(),
            )
        });
        exact(meter, || {
            Some(Box::new((0..n).map(|number| (number, [text(number), text(1)])).collect::<HashMap<_, _>>()))
        });
        exact(meter, || {
            // As serde fills it: one after the other, into a table for as many as it guesses.
            let mut set = HashSet::with_capacity(n / 2);
            set.extend((0..n).map(|number| (number, number)));
            set
        });
        exact(meter, || {
            let mut grown = Vec::new();
            grown.extend((0..n).map(|number| PathBuf::from(text(number))));
            grown
        });
    }
}

#[test]
fn single_values_say_exactly_what_they_own() {
    let meter = Meter::new();
    exact(meter, || text(30));
    exact(meter, || String::with_capacity(100));
    exact(meter, || OsString::from(text(3)));
    exact(meter, || Box::<str>::from(text(3)));
    exact(meter, || Box::<Path>::from(PathBuf::from(text(3))));
    exact(meter, || OsString::from(text(5)).into_boxed_os_str());
    for length in 0..20 {
        exact(meter, || Arc::<str>::from(text(length)));
        exact(meter, || Rc::<str>::from(text(length)));
    }
    exact(meter, || (Arc::new(1_u8), Rc::new(text(4)), Box::new([text(1), text(2)])));
    exact(meter, || Cow::<str>::Owned(text(3)));
    exact(meter, || Cow::<str>::Borrowed("borrowed"));
    exact(meter, || Ok::<_, u8>(text(3)));
    exact(meter, || Err::<u8, _>(text(4)));
    exact(meter, || (1_u8, 2_u16, 3_u32, 'c', 0.5, ((), Some(true))));
    exact(meter, || vec![(); 1000]);
}

#[test]
fn a_hash_table_that_was_filtered_says_what_it_owns_once_it_was_shrunk() {
    type Always = BuildHasherDefault<DefaultHasher>;
    let filtered = |n: usize, kept: usize| {
        let mut set: HashSet<usize, Always> = (0..n).collect();
        set.retain(|number| *number < kept);
        set
    };
    let meter = Meter::new();
    // Every bucket was in use, and the places of what was removed count to the capacity only where a search may end.
    let (said, truth) = said_and_true(meter, || filtered(448, 10));
    assert_eq!(truth, 512 * 9 + 16);
    assert!(said < truth / 2, "{said} of {truth}");
    for n in COUNTS.into_iter().chain([448]) {
        for kept in COUNTS.into_iter().filter(|kept| *kept <= n) {
            exact(meter, || {
                let mut set = filtered(n, kept);
                set.shrink_to_fit();
                set
            });
            exact(meter, || {
                let mut map: HashMap<_, _, Always> = (0..n).map(|number| (number, text(number))).collect();
                map.retain(|number, _| *number < kept);
                map.shrink_to_fit();
                map
            });
        }
    }
}

#[test]
fn a_tree_never_says_less_than_it_owns() {
    let meter = Meter::new();
    for n in COUNTS {
        let collected = || (0..n).collect::<BTreeSet<_>>();
        let (said, truth) = said_and_true(meter, collected);
        assert!(said >= truth, "{n} collected: {said} < {truth}");
        let inserted = || {
            let mut map = BTreeMap::new();
            for number in 0..n {
                map.insert(number, text(number));
            }
            map
        };
        let (said, truth) = said_and_true(meter, inserted);
        assert!(said >= truth, "{n} inserted: {said} < {truth}");
        assert!(n < 12 || said <= truth * 2, "{n} inserted: {said} is far above {truth}");
    }
}

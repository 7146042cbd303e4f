//! `Container` and `HashContainer`: the values of each rule, against formulas written down a second time.

use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

use memory_accounting::{Container, HashContainer, UsageExpr};

const COUNTS: [usize; 17] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 14, 15, 28, 29, 100, 1000, 1792, 100_000];

type ThreeBytes = [u8; 3];
type Big = [u8; 1025];
type Kibibyte = [u8; 1024];

#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(align(64))]
struct OverAligned(u8);

fn items(count: usize) -> UsageExpr {
    UsageExpr::config("limit", count)
}

fn check(rule: fn(&str, &UsageExpr) -> UsageExpr, expected: impl Fn(usize) -> usize, what: &str) {
    for count in COUNTS {
        let expr = rule("stored", &items(count));
        assert_eq!(expr.checked_evaluate(), Some(expected(count)), "{what} of {count} items: {expr}");
    }
}

/// The most storage alive while a vector grows to hold `count` items in any order of reserving and extending,
/// `copied_from` items beside it.
fn grown_vector(size: usize, count: usize, copied_from: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let least = if size == 1 {
        8
    } else if size <= 1024 {
        4
    } else {
        1
    };
    let capacity = least.max(count).max(2 * (count - 1));
    size * (capacity + copied_from)
}

fn check_vector<C: Container>(size: usize) {
    let what = std::any::type_name::<C>();
    check(C::allocated, |count| count * size, what);
    check(C::bounded, |count| count * size, what);
    check(C::grown, |count| grown_vector(size, count, count.saturating_sub(1)), what);
}

fn check_sequences<T: Ord>(size: usize) {
    check_vector::<Vec<T>>(size);
    check_vector::<VecDeque<T>>(size);
    check_vector::<BinaryHeap<T>>(size);
    let what = std::any::type_name::<Box<[T]>>();
    check(Box::<[T]>::allocated, |count| count * size, what);
    check(Box::<[T]>::bounded, |count| count * size, what);
    check(Box::<[T]>::grown, |count| grown_vector(size, count, count), what);
}

#[test]
fn sequences_take_their_items_and_while_growing_two_storages() {
    check_sequences::<()>(0);
    check_sequences::<u8>(1);
    check_sequences::<ThreeBytes>(3);
    check_sequences::<u64>(8);
    check_sequences::<Kibibyte>(1024);
    check_sequences::<Big>(1025);
    check_sequences::<OverAligned>(64);
}

#[test]
fn a_string_is_a_vector_of_bytes() {
    check_vector::<String>(1);
}

#[test]
fn a_vector_of_one_item_has_the_least_capacity_once_it_grew() {
    let one = |rule: fn(&str, &UsageExpr) -> UsageExpr| rule("stored", &items(1)).evaluate();
    assert_eq!(one(Vec::<u8>::grown), 8);
    assert_eq!(one(Vec::<u16>::grown), 4 * 2);
    assert_eq!(one(Vec::<Kibibyte>::grown), 4 * 1024);
    assert_eq!(one(Vec::<Big>::grown), 1025);
}

/// The fewest buckets that have room for `capacity` items with an eighth of them free.
fn buckets(size: usize, capacity: usize) -> usize {
    if capacity == 0 {
        return 0;
    }
    let least = match size {
        0..=1 => 16,
        2..=3 => 8,
        _ => 4,
    };
    let mut buckets = least;
    while buckets * 7 / 8 < capacity {
        buckets *= 2;
    }
    buckets
}

/// The bytes of a table of `buckets`: slots up to the control bytes' alignment, a control byte each, one group more.
fn table(size: usize, alignment: usize, buckets: usize) -> usize {
    if buckets == 0 {
        return 0;
    }
    let group = alignment.max(16);
    (size * buckets).div_ceil(group) * group + buckets + 16
}

/// The buckets as the documented formula gives them: `max(m, nextpow2(ceil(8c / 7)))`.
fn documented_buckets(size: usize, capacity: usize) -> usize {
    let least = if size <= 1 {
        16
    } else if size <= 3 {
        8
    } else {
        4
    };
    if capacity == 0 { 0 } else { (8 * capacity).div_ceil(7).next_power_of_two().max(least) }
}

#[test]
fn the_documented_buckets_are_enough_for_a_table_that_keeps_an_eighth_free() {
    for size in [0, 1, 2, 3, 4, 100] {
        for capacity in 0..5000 {
            let (needed, documented) = (buckets(size, capacity), documented_buckets(size, capacity));
            assert!(needed <= documented, "{capacity} items of {size} bytes: {needed} > {documented}");
        }
    }
}

fn check_table<C: HashContainer>(size: usize, alignment: usize) {
    let what = std::any::type_name::<C>();
    let table_of = |count: usize| table(size, alignment, documented_buckets(size, count));
    let doubling = |count: usize| {
        let buckets = documented_buckets(size, count);
        table(size, alignment, buckets) + table(size, alignment, buckets / 2)
    };
    check(C::allocated, table_of, what);
    check(C::bounded, |count| doubling(2 * count), what);
    check(C::grown, |count| doubling(2 * count), what);
    check(C::insert_only_bounded, table_of, what);
    check(C::insert_only_grown, doubling, what);
    check(C::headroom_allocated, |count| table_of(2 * count), what);
    check(C::headroom_bounded, |count| table_of(2 * count), what);
}

#[test]
fn sets_take_a_table_of_their_items() {
    check_table::<HashSet<()>>(0, 1);
    check_table::<HashSet<u8>>(1, 1);
    check_table::<HashSet<u16>>(2, 2);
    check_table::<HashSet<ThreeBytes>>(3, 1);
    check_table::<HashSet<u32>>(4, 4);
    check_table::<HashSet<[u8; 5]>>(5, 1);
    check_table::<HashSet<Big>>(1025, 1);
    check_table::<HashSet<OverAligned>>(64, 64);
}

#[test]
fn maps_take_a_table_of_pairs() {
    check_table::<HashMap<(), u8>>(1, 1);
    check_table::<HashMap<u8, u8>>(2, 1);
    check_table::<HashMap<u8, u16>>(4, 2);
    check_table::<HashMap<u64, u8>>(16, 8);
    check_table::<HashMap<u64, Big>>(1040, 8);
    check_table::<HashMap<u8, OverAligned>>(128, 64);
}

#[test]
fn the_measured_tables_of_a_hundred_thousand_pairs_come_out() {
    type Pairs = HashMap<u64, u64>;
    let limit = items(100_000);
    assert_eq!(Pairs::insert_only_bounded("stored", &limit).evaluate(), 131_072 * 17 + 16);
    assert_eq!(Pairs::headroom_bounded("stored", &limit).evaluate(), 262_144 * 17 + 16);
    assert_eq!(HashSet::<()>::allocated("stored", &items(1)).evaluate(), 32);
}

#[test]
fn the_leaf_is_called_as_what_is_stored_and_the_setting_stays() {
    let rules: [fn(&str, &UsageExpr) -> UsageExpr; 4] =
        [Vec::<u64>::bounded, Vec::<u64>::grown, HashSet::<u64>::bounded, HashSet::<u64>::headroom_allocated];
    for rule in rules {
        let expr = rule("stored", &items(10));
        assert!(expr.to_string().contains("size(stored)=8"), "{expr}");
        assert_eq!(
            expr.evaluate_with(&|name, _| usize::from(name != "limit")),
            Some(0),
            "nothing without items: {expr}"
        );
    }
}

#[test]
fn the_simplest_rule_is_the_product_of_size_and_setting() {
    let expected = UsageExpr::product("", UsageExpr::struct_size::<u64>("stored"), items(128));
    assert_eq!(Vec::<u64>::bounded("stored", &items(128)), expected);
}

#[test]
fn a_count_that_no_memory_can_hold_overflows() {
    let limit = items(usize::MAX);
    let rules: [fn(&str, &UsageExpr) -> UsageExpr; 5] = [
        Vec::<u64>::allocated,
        Vec::<u64>::grown,
        HashSet::<u64>::allocated,
        HashSet::<u64>::bounded,
        HashSet::<()>::insert_only_grown,
    ];
    for rule in rules {
        assert_eq!(rule("stored", &limit).checked_evaluate(), None);
    }
}

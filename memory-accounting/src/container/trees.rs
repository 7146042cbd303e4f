//! The standard library's B-trees and linked list: storage in nodes, without capacity.

use std::collections::{BTreeMap, BTreeSet, LinkedList};
use std::mem::MaybeUninit;

use super::Container;
use super::same_as::same_as;
use crate::expr::UsageExpr;

/// A tree has no capacity: nothing is allocated at creation, and it makes no difference how it grew. Not for one that is
/// collected from an iterator, which is sorted in a vector first, nor appended to or split.
impl<K, V> Container for BTreeMap<K, V> {
    type Item = (K, V);

    fn allocated(_: &str, _: &UsageExpr) -> UsageExpr {
        UsageExpr::number(0)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        nodes::<K, V>(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }
}

same_as! {
    /// As a map without values.
    impl[T] Container<Item = T> for BTreeSet<T> = BTreeMap<T, ()>;
}

/// The most entries of one node of the standard library's B-trees (`CAPACITY` in
/// `library/alloc/src/collections/btree/node.rs`, Rust 1.85).
const CAPACITY: usize = 11;

/// Laid out as `LeafNode` there: the same fields of the same types, so the compiler gives it the same size.
struct Leaf<K, V> {
    _parent: Option<std::ptr::NonNull<u8>>,
    _parent_index: MaybeUninit<u16>,
    _length: u16,
    _keys: [MaybeUninit<K>; CAPACITY],
    _values: [MaybeUninit<V>; CAPACITY],
}

/// A leaf with the edges to the nodes below it: `InternalNode`.
#[repr(C)]
struct Internal<K, V> {
    _leaf: Leaf<K, V>,
    _edges: [MaybeUninit<std::ptr::NonNull<u8>>; CAPACITY + 1],
}

/// As many nodes as there can be.
///
/// Nodes are added by splitting a full one alone, and every node but the root keeps at least 5 entries. When the number of
/// leaves goes up to `L`, two of them and the entry between hold 12 items and each of the others at least 6 with the entry
/// beside it, so `n >= 6L`. When the number of nodes above goes up to `M`, two of them have 13 leaves and each of the others
/// at least 6, so `L >= 6M + 1`; and so on upwards. All levels above that one have at most `(M - 1) / 5` nodes together,
/// rounded up: by induction, since `(M - 1) / 6 + ((M - 1) / 6 - 1) / 5` is less than `(M - 1) / 5`.
fn nodes<K, V>(name: &str, items: &UsageExpr) -> UsageExpr {
    let number = UsageExpr::number;
    // Quotients round up; what is taken away first makes them round `n / 6` and `(L - 1) / 6` down.
    let sixth = |value: UsageExpr, less: usize| {
        let sixth = UsageExpr::quotient(UsageExpr::difference(value, number(less)), number(6));
        UsageExpr::max(number(1), sixth)
    };
    let leaves = sixth(items.clone(), 5);
    let first_level = sixth(leaves.clone(), 6);
    let above = UsageExpr::quotient(UsageExpr::difference(first_level.clone(), number(1)), number(5));
    let more_than_a_leaf = UsageExpr::min(UsageExpr::difference(leaves.clone(), number(1)), number(1));
    let internal = UsageExpr::Sum { values: vec![first_level, above] }.times(&more_than_a_leaf);
    let bytes = UsageExpr::Sum {
        values: vec![
            UsageExpr::Product { values: vec![UsageExpr::struct_size::<Leaf<K, V>>(name), leaves] },
            internal.times(&UsageExpr::constant("internal node", size_of::<Internal<K, V>>())),
        ],
    };
    bytes.times(&UsageExpr::min(items.clone(), number(1)))
}

/// A node of the list: the item between two links (`Node` in `library/alloc/src/collections/linked_list.rs`).
struct Node<T> {
    _links: [Option<std::ptr::NonNull<u8>>; 2],
    _item: T,
}

/// One node for each item.
impl<T> Container for LinkedList<T> {
    type Item = T;

    fn allocated(_: &str, _: &UsageExpr) -> UsageExpr {
        UsageExpr::number(0)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        UsageExpr::Product { values: vec![UsageExpr::struct_size::<Node<T>>(name), items.clone()] }
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }
}

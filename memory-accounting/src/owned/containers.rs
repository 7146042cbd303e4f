//! Strings and collections, by their capacity.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;

use super::{OwnedHeap, of_all};
use crate::container::Container;
use crate::expr::UsageExpr;

/// What a rule says of so many items.
pub(super) fn ruled(rule: fn(&str, &UsageExpr) -> UsageExpr, items: usize) -> usize {
    rule("", &UsageExpr::number(items)).evaluate()
}

macro_rules! text {
    ($($text:ty),*) => {$(
        impl OwnedHeap for $text {
            fn owned_heap_bytes(&self) -> usize {
                self.capacity()
            }
        }
    )*};
}

text!(String, OsString, PathBuf);

macro_rules! sequences {
    ($($sequence:ident),*) => {$(
        impl<T: OwnedHeap> OwnedHeap for $sequence<T> {
            fn owned_heap_bytes(&self) -> usize {
                // The capacity for items without a size is not a number of bytes.
                let storage = if size_of::<T>() == 0 { 0 } else { self.capacity().saturating_mul(size_of::<T>()) };
                storage.saturating_add(of_all(self))
            }
        }
    )*};
}

sequences!(Vec, VecDeque, BinaryHeap);

impl<K: OwnedHeap, V: OwnedHeap, S> OwnedHeap for HashMap<K, V, S> {
    fn owned_heap_bytes(&self) -> usize {
        let table = ruled(<Self as Container>::allocated, self.capacity());
        table.saturating_add(of_all(self.keys())).saturating_add(of_all(self.values()))
    }
}

impl<T: OwnedHeap, S> OwnedHeap for HashSet<T, S> {
    fn owned_heap_bytes(&self) -> usize {
        ruled(<Self as Container>::allocated, self.capacity()).saturating_add(of_all(self))
    }
}

/// The most that nodes for so many items take: how full they are is not known.
impl<K: OwnedHeap, V: OwnedHeap> OwnedHeap for BTreeMap<K, V> {
    fn owned_heap_bytes(&self) -> usize {
        let nodes = ruled(<Self as Container>::bounded, self.len());
        nodes.saturating_add(of_all(self.keys())).saturating_add(of_all(self.values()))
    }
}

/// As a map without values.
impl<T: OwnedHeap> OwnedHeap for BTreeSet<T> {
    fn owned_heap_bytes(&self) -> usize {
        ruled(<Self as Container>::bounded, self.len()).saturating_add(of_all(self))
    }
}

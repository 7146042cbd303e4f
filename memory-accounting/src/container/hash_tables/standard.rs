//! The standard library's hash tables.

use std::collections::{HashMap, HashSet};

use super::group_width::GroupWidth;
use super::raw_table::RawTable;
use crate::container::same_as::same_as;
use crate::container::{Container, HashContainer};
use crate::expr::UsageExpr;

fn table<'a, K, V>(name: &'a str, items: &'a UsageExpr) -> RawTable<'a> {
    let smallest = || HashMap::<K, V, ()>::with_capacity_and_hasher(1, ()).capacity();
    RawTable::of::<(K, V)>(name, items, GroupWidth::STANDARD, smallest)
}

impl<K, V, S> Container for HashMap<K, V, S> {
    type Item = (K, V);

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        table::<K, V>(name, items).fitting(1)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        table::<K, V>(name, items).bounded()
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        table::<K, V>(name, items).grown()
    }
}

impl<K, V, S> HashContainer for HashMap<K, V, S> {
    fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        table::<K, V>(name, items).insert_only_bounded()
    }

    fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
        table::<K, V>(name, items).insert_only_grown()
    }

    fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        table::<K, V>(name, items).fitting(2)
    }

    fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        table::<K, V>(name, items).headroom_bounded()
    }
}

same_as! {
    /// As a map without values.
    impl[T, S] Container<Item = T> for HashSet<T, S> = HashMap<T, (), S>;
    /// As a map without values.
    impl[T, S] HashContainer for HashSet<T, S> = HashMap<T, (), S>;
}

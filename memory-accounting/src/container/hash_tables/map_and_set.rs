//! The rules of the `HashMap` and `HashSet` of a library.

/// The rules of a map and a set whose control bytes are in groups of `$width`, in a module that imports them.
///
/// The standard library's are those of the crate `hashbrown` in another build, so the rules differ in nothing else.
macro_rules! map_and_set {
    ($map:ident, $set:ident, $width:expr) => {
        use super::raw_table::RawTable;
        use crate::container::same_as::same_as;
        use crate::container::{Container, HashContainer};
        use crate::expr::UsageExpr;

        fn table<'a, K, V>(name: &'a str, items: &'a UsageExpr) -> RawTable<'a> {
            let smallest = || $map::<K, V, ()>::with_capacity_and_hasher(1, ()).capacity();
            RawTable::of::<(K, V)>(name, items, $width, smallest)
        }

        impl<K, V, S> Container for $map<K, V, S> {
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

        impl<K, V, S> HashContainer for $map<K, V, S> {
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
            impl[T, S] Container<Item = T> for $set<T, S> = $map<T, (), S>;
            /// As a map without values.
            impl[T, S] HashContainer for $set<T, S> = $map<T, (), S>;
        }
    };
}
pub(super) use map_and_set;

//! The one way to give a type the rules of another.

/// Implements a trait for types that take what another type takes.
///
/// A rule is written once, as an ordinary impl for the type it is about. Each line here repeats that impl, method by method, for a
/// type of which the same is true: one made of the other (`HashSet<T>` is a `HashMap<T, ()>`), one that holds it in place
/// (`RefCell<C>`), or the other endpoint of a channel.
macro_rules! same_as {
    () => {};
    (
        $(#[$documentation:meta])*
        impl[$($generics:tt)*] Container<Item = $item:ty> for $container:ty = $other:ty;
        $($rest:tt)*
    ) => {
        $(#[$documentation])*
        impl<$($generics)*> Container for $container {
            type Item = $item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                <$other as Container>::allocated(name, items)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                <$other as Container>::bounded(name, items)
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                <$other as Container>::grown(name, items)
            }

            fn max_items_retained(items: &UsageExpr) -> UsageExpr {
                <$other as Container>::max_items_retained(items)
            }
        }

        same_as! { $($rest)* }
    };
    (
        $(#[$documentation:meta])*
        impl[$($generics:tt)*] HashContainer for $container:ty = $other:ty;
        $($rest:tt)*
    ) => {
        $(#[$documentation])*
        impl<$($generics)*> HashContainer for $container {
            fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                <$other as HashContainer>::insert_only_bounded(name, items)
            }

            fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
                <$other as HashContainer>::insert_only_grown(name, items)
            }

            fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                <$other as HashContainer>::headroom_allocated(name, items)
            }

            fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                <$other as HashContainer>::headroom_bounded(name, items)
            }
        }

        same_as! { $($rest)* }
    };
}
pub(super) use same_as;

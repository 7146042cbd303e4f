//! What bounded channels have in common.

use crate::UsageExpr;

/// A channel of slots of type `Slot`: what it takes beside them without room, where sender and receiver meet, and with room. Each
/// side of a channel with room has a lock of `lock` bytes; one without room has one.
pub(super) fn bounded_channel<Slot>(
    name: &str,
    items: &UsageExpr,
    (rendezvous, buffered): (usize, usize),
    lock: usize,
) -> UsageExpr {
    let any = UsageExpr::min(items.clone(), UsageExpr::number(1));
    UsageExpr::Sum {
        values: vec![
            UsageExpr::constant("channel", rendezvous.saturating_add(lock)),
            any.times(&UsageExpr::number(buffered.saturating_sub(rendezvous).saturating_add(lock))),
            UsageExpr::Product { values: vec![UsageExpr::struct_size::<Slot>(name), items.clone()] },
        ],
    }
}

/// Implements `Container` for the ends of a channel of which `$channel::<T>(name, items, lock)` says what it takes, and
/// `$kept(items)` how many items it keeps. The system's locks come when they are first used.
macro_rules! ends {
    ($documentation:literal, $channel:ident, $kept:expr, $($end:ty),*) => {$(
        #[doc = $documentation]
        impl<T> Container for $end {
            type Item = T;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                $channel::<T>(name, items, 0)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                $channel::<T>(name, items, $crate::container::layout::LOCK)
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                $channel::<T>(name, items, $crate::container::layout::LOCK)
            }

            fn kept(items: &UsageExpr) -> UsageExpr {
                $kept(items.clone())
            }
        }
    )*};
}
pub(super) use ends;

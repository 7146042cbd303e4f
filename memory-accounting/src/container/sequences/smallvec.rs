//! The vector of the crate `smallvec`, which is not on the heap while it is short.
//!
//! What is cited is in `src/lib.rs` of smallvec 1.16.
//!
//! It leaves its inline storage for good when it first needs more. Room for one more item, or for as many as are asked for,
//! is rounded up to a power of two (`SmallVec::reserve_one_unchecked`, `SmallVec::try_reserve`), and exactly the room asked for is
//! had by `with_capacity` and `reserve_exact` (`SmallVec::try_reserve_exact`). Growing on the heap moves the items, and the old
//! storage is alive until they have moved (`SmallVec::try_grow`).

use smallvec::{Array, SmallVec};

use crate::container::Container;
use crate::expr::UsageExpr;

/// What is on the heap: nothing for as many items as the array has room for. Made empty or with `with_capacity`: one that is made
/// from a vector or an array keeps what that had.
impl<A: Array> Container for SmallVec<A> {
    type Item = A::Item;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        on_heap::<A>(name, items, items.clone())
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::allocated(name, items)
    }

    /// The next power of two, beside the storage with one item less that it is copied from, where that was on the heap.
    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        let before = UsageExpr::difference(items.clone(), UsageExpr::number(1));
        let grown = on_heap::<A>(name, items, UsageExpr::next_power_of_two(items.clone()));
        UsageExpr::Sum { values: vec![grown, on_heap::<A>(name, &before, before.clone())] }
    }
}

/// Storage with room for `capacity`, where there are more `items` than the inline storage has room for.
fn on_heap<A: Array>(name: &str, items: &UsageExpr, capacity: UsageExpr) -> UsageExpr {
    let inline = if size_of::<A::Item>() == 0 { usize::MAX } else { A::size() };
    let above = UsageExpr::difference(items.clone(), UsageExpr::number(inline));
    let spilled = UsageExpr::min(above, UsageExpr::number(1));
    UsageExpr::Product { values: vec![UsageExpr::struct_size::<A::Item>(name), capacity, spilled] }
}

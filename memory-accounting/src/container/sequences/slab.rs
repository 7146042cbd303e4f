//! The slab of the crate `slab`: a vector of places, whose numbers are the keys.
//!
//! A place that was left is used again before another is pushed (`Slab::insert_at` in `src/lib.rs`, slab 0.4.12), so there are
//! never more places than there were items at one time, and what is reserved is the room for so many (`Slab::reserve`).

use slab::Slab;

use crate::container::Container;
use crate::container::same_as::same_as;
use crate::expr::UsageExpr;

/// Laid out as `Entry` there: a place that is used, or the number of the next that is not.
enum Place<T> {
    _Vacant(usize),
    _Occupied(T),
}

same_as! {
    /// As a vector of places. Not for one that is collected from pairs of key and value, whose keys may be any.
    impl[T] Container<Item = T> for Slab<T> = Vec<Place<T>>;
}

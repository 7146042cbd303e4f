//! Slices behind the counters of an `Arc` or `Rc`.

use std::ffi::OsStr;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::Container;
use super::layout::Counted;
use super::same_as::same_as;
use super::sequences::greatest_capacity;
use crate::expr::UsageExpr;

/// Made from a vector, whose storage is alive until the items have moved. Even an empty one has counters.
#[diagnostic::do_not_recommend]
impl<T> Container for Arc<[T]> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        counted_slice::<T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        let vector = Vec::<T>::bounded(name, items);
        UsageExpr::Sum { values: vec![counted_slice::<T>(name, items), vector] }
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        let vector = Vec::<T>::bounded(name, &greatest_capacity::<T>(items));
        UsageExpr::Sum { values: vec![counted_slice::<T>(name, items), vector] }
    }
}

same_as! {
    /// As an `Arc`.
    #[diagnostic::do_not_recommend]
    impl[T] Container<Item = T> for Rc<[T]> = Arc<[T]>;
    /// As a slice of bytes, made from a `String`.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Arc<str> = Arc<[u8]>;
    /// As a slice of bytes, made from a `String`.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Rc<str> = Arc<[u8]>;
    /// As a slice of bytes, made from an `OsString`.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Arc<OsStr> = Arc<[u8]>;
    /// As a slice of bytes, made from an `OsString`.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Rc<OsStr> = Arc<[u8]>;
    /// As a slice of bytes, made from a `PathBuf`.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Arc<Path> = Arc<[u8]>;
    /// As a slice of bytes, made from a `PathBuf`.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Rc<Path> = Arc<[u8]>;
}

/// The counters and the items behind them, rounded up to the alignment of the whole.
fn counted_slice<T>(name: &str, items: &UsageExpr) -> UsageExpr {
    let alignment = align_of::<Counted<T>>();
    let header = UsageExpr::constant("counters", size_of::<Counted<[T; 0]>>());
    let slice = UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), items.clone()] };
    let exact = UsageExpr::Sum { values: vec![header, slice] };
    if size_of::<T>() % alignment == 0 {
        return exact;
    }
    UsageExpr::quotient(exact, UsageExpr::number(alignment)).times(&UsageExpr::number(alignment))
}

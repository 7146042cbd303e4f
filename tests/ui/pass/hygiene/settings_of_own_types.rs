#![no_implicit_prelude]
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(dead_code)]
#![forbid(unused_imports, unused_qualifications, trivial_casts, unused_results)]
//! Settings whose types do not say by their spelling that they are, in every place.

use ::memory_accounting::{ComponentBounds, ConfigValue, MemoryBounds};
use ::std::assert_eq;
use ::std::boxed::Box;
use ::std::clone::Clone;
use ::std::marker::Copy;
use ::std::option::Option::{self, None, Some};
use ::std::sync::Arc;
use ::std::vec::Vec;

/// A size.
#[derive(Clone, Copy, ConfigValue)]
pub struct Size(u32);

type Limit = Size;

/// Parts.
pub struct Parts {
    one: Box<One>,
    two: (Size, Option<Size>),
    shared: Arc<One>,
}
/// One.
pub struct One {
    max: Size,
    most: Option<u32>,
}

/// All.
#[derive(MemoryBounds)]
pub struct All<'a, T> {
    limit: Limit,
    lent: &'a Limit,
    absent: Option<Limit>,
    #[bounds(skip = "settings")]
    parts: Parts,
    #[bounds(items = u8)]
    own: Limit,
    #[bounds(items = u8, or = 5)]
    maybe: Option<Limit>,
    #[bounds(bytes = limit + lent + absent.unwrap_or(3) + self.accessor() + parts.one.max + parts.two.0 + parts.two.1.unwrap_or(7) + parts.shared.most.unwrap_or(unlimited))]
    buffer: Vec<T>,
    #[bounds(bytes = "limit * 2")]
    quoted: Vec<u8>,
}

impl<T> All<'_, T> {
    fn accessor(&self) -> Limit {
        self.limit
    }
}

/// Read by copy.
#[derive(MemoryBounds)]
#[repr(packed)]
pub struct Packed {
    limit: Limit,
    #[bounds(items = u8)]
    own: Limit,
    #[bounds(bytes = limit)]
    bytes: u8,
}

/// One of two.
#[derive(MemoryBounds)]
pub enum Either {
    /// Left.
    Left {
        /// A limit.
        #[bounds(bytes)]
        limit: Limit,
    },
    /// Right.
    Right(#[bounds(bytes, or = unlimited)] Option<Limit>),
}

fn main() {
    let lent = Size(2);
    let one = || One { max: Size(10), most: Some(20) };
    let all = All::<u64> {
        limit: Size(1),
        lent: &lent,
        absent: None,
        parts: Parts { one: Box::new(one()), two: (Size(100), None), shared: Arc::new(one()) },
        own: Size(1000),
        maybe: None,
        buffer: Vec::new(),
        quoted: Vec::new(),
    };
    let bounds = ComponentBounds::of(&all);
    assert_eq!(bounds.total_firm_limit_bytes(), 1000 + 5 + (1 + 2 + 3 + 1 + 10 + 100 + 7 + 20) + 2);
    assert_eq!(
        ComponentBounds::of(&Packed { limit: Size(3), own: Size(4), bytes: 0 }).total_firm_limit_bytes(),
        7
    );
    assert_eq!(ComponentBounds::of(&Either::Left { limit: Size(3) }).total_firm_limit_bytes(), 3);
    assert_eq!(ComponentBounds::of(&Either::Right(Some(Size(4)))).total_firm_limit_bytes(), 4);
}

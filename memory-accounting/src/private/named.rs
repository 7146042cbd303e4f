//! Lists and maps of components whose names a function says.

use std::fmt::Display;

use super::{repeated_subcomponent, subcomponent};
use crate::bounds::{MemoryBounds, MemoryBoundsBuilder, NamedItems};
use crate::expr::UsageExpr;

/// What a list or a map of components is made of.
pub trait Listed<'a> {
    /// What has the name: a component of a list itself, and the key of one of a map.
    type Named;
    type Component: MemoryBounds;

    /// Whether the operator's file knows it by a key, and not by its place.
    const IS_KEYED: bool;

    fn parts(self) -> (&'a Self::Named, &'a Self::Component);
}

impl<'a, T: MemoryBounds> Listed<'a> for &'a T {
    type Named = T;
    type Component = T;

    const IS_KEYED: bool = false;

    fn parts(self) -> (&'a T, &'a T) {
        (self, self)
    }
}

impl<'a, K, T: MemoryBounds> Listed<'a> for (&'a K, &'a T) {
    type Named = K;
    type Component = T;

    const IS_KEYED: bool = true;

    fn parts(self) -> (&'a K, &'a T) {
        self
    }
}

/// What has a name in the list `L`.
type Named<'a, L> = <<&'a L as IntoIterator>::Item as Listed<'a>>::Named;

/// What declares bounds there.
type Component<'a, L> = <<&'a L as IntoIterator>::Item as Listed<'a>>::Component;

/// Components, each called as `name_of` says.
pub fn named<'a, L: ?Sized, N: Display>(
    builder: &mut MemoryBoundsBuilder<'_>,
    name: &str,
    key: &str,
    list: &'a L,
    name_of: impl Fn(&'a Named<'a, L>) -> N,
) where
    &'a L: IntoIterator<Item: Listed<'a>>,
{
    subcomponent(builder, name, key, &with_names(list, name_of));
}

pub fn repeated_named<'a, L: ?Sized, N: Display>(
    builder: &mut MemoryBoundsBuilder<'_>,
    name: &str,
    key: &str,
    times: &UsageExpr,
    list: &'a L,
    name_of: impl Fn(&'a Named<'a, L>) -> N,
) where
    &'a L: IntoIterator<Item: Listed<'a>>,
{
    repeated_subcomponent(builder, name, key, times, &with_names(list, name_of));
}

fn with_names<'a, L: ?Sized, N: Display>(
    list: &'a L,
    name_of: impl Fn(&'a Named<'a, L>) -> N,
) -> NamedItems<'a, Component<'a, L>>
where
    &'a L: IntoIterator<Item: Listed<'a>>,
{
    let with_name = |item: <&'a L as IntoIterator>::Item| {
        let (named, component) = item.parts();
        (name_of(named).to_string(), component)
    };
    let keyed = <<&'a L as IntoIterator>::Item as Listed<'a>>::IS_KEYED;
    NamedItems { keyed, items: list.into_iter().map(with_name).collect() }
}

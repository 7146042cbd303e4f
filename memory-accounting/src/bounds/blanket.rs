//! Bounds of pointers and collections of components.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;

use super::held::{item_of_the_holder, value_of_the_holder};
use super::shared::SharedPointer;
use super::staying::reached;
use super::{MemoryBounds, MemoryBoundsBuilder};

macro_rules! delegate {
    ($($pointer:ty),*) => {$(
        impl<T: MemoryBounds + ?Sized> MemoryBounds for $pointer {
            fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
                reached(self, &**self, || (**self).specify_bounds(builder));
            }
        }
    )*};
}

delegate!(&T, Box<T>);

macro_rules! delegate_shared {
    ($($pointer:ty = $of:ident),*) => {$(
        /// As what it points to. Where two components of one tree declare something through clones of one pointer, or through one pointer of
        /// a component that both are in, verification refuses the second until it is decided whether they share it: see [`InvalidReason::SharedPart`](crate::InvalidReason::SharedPart).
        impl<T: MemoryBounds + ?Sized> MemoryBounds for $pointer {
            fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
                reached(self, &**self, || (**self).specify_bounds(builder));
                // Afterwards, for a reset in there would forget it.
                if let Some(pointer) = SharedPointer::$of(self) {
                    builder.declared_through(pointer);
                }
            }
        }
    )*};
}

delegate_shared!(Arc<T> = of_arc, Rc<T> = of_rc);

/// Nothing when absent.
impl<T: MemoryBounds> MemoryBounds for Option<T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        if let Some(component) = self {
            component.specify_bounds(builder);
        }
    }
}

/// Subcomponents `0`, `1`, … in the order of the slice.
impl<T: MemoryBounds> MemoryBounds for [T] {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        for (index, component) in self.iter().enumerate() {
            builder.with_item(index.to_string(), &item_of_the_holder(index), component);
        }
    }
}

/// Subcomponents `0`, `1`, … in the order of the array.
impl<T: MemoryBounds, const N: usize> MemoryBounds for [T; N] {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        self.as_slice().specify_bounds(builder);
    }
}

/// Subcomponents `0`, `1`, … in the order of the vector.
impl<T: MemoryBounds> MemoryBounds for Vec<T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        reached(self, self.as_slice(), || self.as_slice().specify_bounds(builder));
    }
}

/// Subcomponents `0`, `1`, … in the order of the queue.
impl<T: MemoryBounds> MemoryBounds for VecDeque<T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        for (index, component) in self.iter().enumerate() {
            reached(self, component, || {
                builder.with_item(index.to_string(), &item_of_the_holder(index), component);
            });
        }
    }
}

/// Not for pairs. In a list a pair is a key and a component, whatever else the key may be, and one type cannot be both.
macro_rules! tuples {
    ($($($component:ident $index:tt)*;)*) => {$(
        /// Subcomponents `0`, `1`, … in the order of the tuple. There are no bounds of a pair: in a list, that is a key and a component.
        impl<$($component: MemoryBounds),*> MemoryBounds for ($($component,)*) {
            fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
                $(builder.with_item($index.to_string(), &item_of_the_holder($index), &self.$index);)*
            }
        }
    )*};
}

tuples! {
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
}

/// The key of a map of components: whatever implements `Display`, with a message of its own.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the parts of a map are named by their keys, and `{Self}` does not implement `Display`",
    label = "its keys cannot be shown",
    note = "implement `std::fmt::Display` for a key that is yours",
    note = "or write `named = path` beside `subcomponent`, where `path` is a function that names a part by its key: `fn(&Key) -> String`"
)]
pub trait Key: Display {}

#[diagnostic::do_not_recommend]
impl<K: Display + ?Sized> Key for K {}

fn declare_by_key<'a, M: ?Sized, K: Key + 'a, T: MemoryBounds + 'a>(
    map: &M,
    parts: impl IntoIterator<Item = (&'a K, &'a T)>,
    builder: &mut MemoryBoundsBuilder<'_>,
) {
    for (key, component) in parts {
        let name = key.to_string();
        let key = value_of_the_holder(&name);
        reached(map, component, || {
            builder.with_item(name, &key, component);
        });
    }
}

// Each by itself and not by a macro, whose source the compiler would show where a key has no `Display`.

/// Subcomponents named by what stands first, which implements `Display`; a dot in it does not nest.
impl<K: Key, T: MemoryBounds> MemoryBounds for Vec<(K, T)> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        declare_by_key(self, self.iter().map(|(key, component)| (key, component)), builder);
    }
}

/// Subcomponents named by key, which implements `Display`; a dot in a key does not nest.
impl<K: Key, T: MemoryBounds, S> MemoryBounds for HashMap<K, T, S> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        declare_by_key(self, self, builder);
    }
}

/// Subcomponents named by key, which implements `Display`; a dot in a key does not nest.
impl<K: Key, T: MemoryBounds> MemoryBounds for BTreeMap<K, T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        declare_by_key(self, self, builder);
    }
}

/// Subcomponents named by key, which implements `Display`; a dot in a key does not nest.
#[cfg(feature = "hashbrown")]
impl<K: Key, T: MemoryBounds, S> MemoryBounds for hashbrown::HashMap<K, T, S> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        declare_by_key(self, self, builder);
    }
}

/// Subcomponents named by key, which implements `Display`; a dot in a key does not nest.
#[cfg(feature = "indexmap")]
impl<K: Key, T: MemoryBounds, S> MemoryBounds for indexmap::IndexMap<K, T, S> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        declare_by_key(self, self, builder);
    }
}

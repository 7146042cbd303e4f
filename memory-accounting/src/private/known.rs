//! What the compiler knows of a type, as constants.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use super::OptionalSetting;
use crate::bounds::MemoryBounds;
use crate::config_value::ConfigValue;
use crate::container::{Container, OwningPointer};

/// What is known of a type, whatever it is.
///
/// A constant of an inherent impl goes before the one of a trait in scope that has its name, where the bounds of that impl are met. So
/// `Known::<T>::DECLARES_BOUNDS` is true for a `T` that implements [`MemoryBounds`], and what [`Unknown`] says for every other. Of
/// a `T` that is a parameter, only what its `where` clause says is known.
pub struct Known<T: ?Sized>(core::marker::PhantomData<T>);

/// What is said of a type of which nothing else is known. That a type is no container is said elsewhere, so here its items own nothing.
pub trait Unknown {
    const DECLARES_BOUNDS: bool = false;
    const REFERS: bool = false;
    const ITEMS_OWN_HEAP: bool = false;
    const ITEMS_DECLARE_BOUNDS: bool = false;
    const VALUE_OWNS_HEAP: bool = false;
    const VALUE_DECLARES_BOUNDS: bool = false;
    const IS_SETTING: bool = false;
    const IS_OPTIONAL_SETTING: bool = false;
}

impl<T: ?Sized> Unknown for Known<T> {}

impl<T: MemoryBounds + ?Sized> Known<T> {
    pub const DECLARES_BOUNDS: bool = true;
}

impl<T: Borrowed + ?Sized> Known<T> {
    pub const REFERS: bool = true;
}

impl<C: Container> Known<C> {
    pub const ITEMS_OWN_HEAP: bool = core::mem::needs_drop::<C::Item>();
}

impl<C: Container<Item: Declaring>> Known<C> {
    pub const ITEMS_DECLARE_BOUNDS: bool = true;
}

impl<P: OwningPointer> Known<P> {
    pub const VALUE_OWNS_HEAP: bool = core::mem::needs_drop::<P::Value>();
}

impl<P: OwningPointer<Value: MemoryBounds>> Known<P> {
    pub const VALUE_DECLARES_BOUNDS: bool = true;
}

impl<T: ConfigValue + ?Sized> Known<T> {
    pub const IS_SETTING: bool = true;
}

impl<T: OptionalSetting + ?Sized> Known<T> {
    pub const IS_OPTIONAL_SETTING: bool = true;
}

/// The same of a `T` that is written inside of the type `H`.
pub struct Inside<H: ?Sized, T: ?Sized>(core::marker::PhantomData<H>, core::marker::PhantomData<T>);

impl<H: ?Sized, T: ?Sized> Unknown for Inside<H, T> {}

impl<H, T: MemoryBounds> Inside<H, T> {
    /// Not where there is no room for a `T`, as in a typed index: what owns no heap and is smaller holds none.
    pub const DECLARES_BOUNDS: bool = core::mem::needs_drop::<H>() || size_of::<T>() <= size_of::<H>();
}

/// An item that declares bounds, or the pair of a key and one that does, which is an item of a map.
pub trait Declaring {}

impl<T: MemoryBounds> Declaring for T {}
impl<K, T: MemoryBounds> Declaring for (K, T) {}

/// What only refers to values of others, in what bounds pass through.
pub trait Borrowed {}

impl<T: ?Sized> Borrowed for &T {}
impl<T: Borrowed> Borrowed for [T] {}
impl<T: Borrowed, const N: usize> Borrowed for [T; N] {}
/// As the items of a map, or of a list of pairs, are.
impl<K, T: Borrowed> Borrowed for (K, T) {}
impl<A: Borrowed, B: Borrowed, C: Borrowed> Borrowed for (A, B, C) {}
impl<A: Borrowed, B: Borrowed, C: Borrowed, D: Borrowed> Borrowed for (A, B, C, D) {}
impl<K, T: Borrowed, S> Borrowed for HashMap<K, T, S> {}
impl<K, T: Borrowed> Borrowed for BTreeMap<K, T> {}
#[cfg(feature = "hashbrown")]
impl<K, T: Borrowed, S> Borrowed for hashbrown::HashMap<K, T, S> {}
#[cfg(feature = "indexmap")]
impl<K, T: Borrowed, S> Borrowed for indexmap::IndexMap<K, T, S> {}

macro_rules! borrowed_where_inside {
    ($($(#[$when:meta])? $wrapper:ident $(:: $path:ident)*;)*) => {$(
        $(#[$when])?
        impl<T: Borrowed> Borrowed for $wrapper $(:: $path)* <T> {}
    )*};
}

borrowed_where_inside! {
    Option;
    Box;
    Arc;
    Rc;
    Vec;
    VecDeque;
    OnceCell;
    OnceLock;
    RefCell;
    Mutex;
    RwLock;
    #[cfg(feature = "tokio")] tokio::sync::Mutex;
    #[cfg(feature = "tokio")] tokio::sync::RwLock;
    #[cfg(feature = "parking_lot")] parking_lot::Mutex;
    #[cfg(feature = "parking_lot")] parking_lot::RwLock;
}

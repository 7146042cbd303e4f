//! Pointers that own what is behind them.

use std::ffi::OsStr;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::containers::ruled;
use super::{OwnedHeap, of_all};
use crate::container::{Container, OwningPointer};

impl<T: OwnedHeap> OwnedHeap for Box<T> {
    fn owned_heap_bytes(&self) -> usize {
        size_of::<T>().saturating_add((**self).owned_heap_bytes())
    }
}

impl<T: OwnedHeap> OwnedHeap for Box<[T]> {
    fn owned_heap_bytes(&self) -> usize {
        size_of_val::<[T]>(self).saturating_add(of_all(self.iter()))
    }
}

macro_rules! boxed_text {
    ($($text:ty),*) => {$(
        impl OwnedHeap for Box<$text> {
            fn owned_heap_bytes(&self) -> usize {
                size_of_val::<$text>(self)
            }
        }
    )*};
}

boxed_text!(str, OsStr, Path);

macro_rules! counted {
    ($($pointer:ident),*) => {$(
        impl<T: OwnedHeap> OwnedHeap for $pointer<T> {
            fn owned_heap_bytes(&self) -> usize {
                <Self as OwningPointer>::allocated("").evaluate().saturating_add((**self).owned_heap_bytes())
            }
        }

        impl<T: OwnedHeap> OwnedHeap for $pointer<[T]> {
            fn owned_heap_bytes(&self) -> usize {
                ruled(<Self as Container>::allocated, self.len()).saturating_add(of_all(self.iter()))
            }
        }

        impl OwnedHeap for $pointer<str> {
            fn owned_heap_bytes(&self) -> usize {
                ruled(<$pointer<[u8]> as Container>::allocated, self.len())
            }
        }
    )*};
}

counted!(Arc, Rc);

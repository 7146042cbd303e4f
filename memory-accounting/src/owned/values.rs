//! Values that own nothing, and those that hold others in place.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::time::{Duration, Instant, SystemTime};

use super::{OwnedHeap, of_all};

macro_rules! nothing {
    ($($(#[$when:meta])? $ty:ty),* $(,)?) => {$(
        $(#[$when])?
        impl OwnedHeap for $ty {}
    )*};
}

nothing! {
    (), bool, char, f32, f64,
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize,
    NonZero<u8>, NonZero<u16>, NonZero<u32>, NonZero<u64>, NonZero<u128>, NonZero<usize>,
    IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6,
    Duration, Instant, SystemTime,
    #[cfg(feature = "bytesize")] bytesize::ByteSize,
}

impl<T: ?Sized> OwnedHeap for PhantomData<T> {}

/// Nothing: what is behind a reference is somebody else's.
impl<T: ?Sized> OwnedHeap for &T {}

impl<T: OwnedHeap> OwnedHeap for Option<T> {
    fn owned_heap_bytes(&self) -> usize {
        of_all(self)
    }
}

impl<T: OwnedHeap, E: OwnedHeap> OwnedHeap for Result<T, E> {
    fn owned_heap_bytes(&self) -> usize {
        match self {
            Ok(value) => value.owned_heap_bytes(),
            Err(error) => error.owned_heap_bytes(),
        }
    }
}

impl<T: OwnedHeap, const N: usize> OwnedHeap for [T; N] {
    fn owned_heap_bytes(&self) -> usize {
        of_all(self)
    }
}

impl<B: ToOwned<Owned: OwnedHeap> + ?Sized> OwnedHeap for Cow<'_, B> {
    fn owned_heap_bytes(&self) -> usize {
        match self {
            Cow::Borrowed(_) => 0,
            Cow::Owned(value) => value.owned_heap_bytes(),
        }
    }
}

macro_rules! tuples {
    ($(($($part:ident)*))*) => {$(
        impl<$($part: OwnedHeap),*> OwnedHeap for ($($part,)*) {
            #[expect(non_snake_case, reason = "a part is named as its type is")]
            fn owned_heap_bytes(&self) -> usize {
                let ($($part,)*) = self;
                [$($part.owned_heap_bytes()),*].into_iter().fold(0, usize::saturating_add)
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }

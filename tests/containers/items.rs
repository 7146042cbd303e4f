//! Items of every size and alignment, and which numbers of them to try.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher};

/// The most items tried.
pub(crate) const MOST: usize = 5000;

/// A value made from a number, and in the order of the numbers.
pub(crate) trait Item: Copy + Ord + Hash + Send + 'static {
    fn number(number: usize) -> Self;

    /// How many of them differ from each other.
    fn distinct() -> usize {
        match size_of::<Self>() {
            0 => 1,
            1 => 1 << 8,
            _ => 1 << 16,
        }
    }
}

/// `N` bytes, the number in the first of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes<const N: usize>([u8; N]);

impl<const N: usize> Bytes<N> {
    fn value(&self) -> u64 {
        self.0.iter().take(8).rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
    }
}

impl<const N: usize> Item for Bytes<N> {
    fn number(number: usize) -> Self {
        let mut bytes = [0; N];
        bytes.iter_mut().zip(number.to_le_bytes()).for_each(|(byte, value)| *byte = value);
        Self(bytes)
    }
}

impl<const N: usize> Ord for Bytes<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value().cmp(&other.value())
    }
}

impl<const N: usize> PartialOrd for Bytes<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> Hash for Bytes<N> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.value());
    }
}

impl Item for u64 {
    fn number(number: usize) -> Self {
        number as Self
    }
}

/// ASCII, so that it can be text.
impl Item for u8 {
    fn number(number: usize) -> Self {
        number.to_le_bytes()[0] % 128
    }
}

macro_rules! aligned {
    ($($name:ident $alignment:literal;)*) => {$(
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(align($alignment))]
        pub(crate) struct $name(Bytes<2>);

        impl Item for $name {
            fn number(number: usize) -> Self {
                Self(Bytes::number(number))
            }
        }
    )*};
}

aligned! {
    Aligned16 16;
    Aligned64 64;
    Aligned4096 4096;
}

/// Runs `$work::<Item>(…)` for every item there is.
macro_rules! for_all_items {
    ($work:ident $arguments:tt) => {
        $crate::items::for_all_items!($work $arguments:
            $crate::items::Bytes<0>, $crate::items::Bytes<1>, $crate::items::Bytes<2>, $crate::items::Bytes<3>, u64,
            $crate::items::Bytes<24>, $crate::items::Bytes<100>, $crate::items::Bytes<1025>,
            $crate::items::Aligned16, $crate::items::Aligned64, $crate::items::Aligned4096)
    };
    ($work:ident $arguments:tt: $($item:ty),*) => {{
        $($work::<$item> $arguments;)*
    }};
}
pub(crate) use for_all_items;

/// Numbers of items at which something may happen: all small ones, those around powers of two and around seven eighths of
/// them, those around multiples of 6 and 49, and others spread between. Large items are tried less often.
pub(crate) fn sample<T>() -> Vec<usize> {
    let (all_below, step, powers) = if size_of::<T>() > 1000 { (40, 1009, 11) } else { (130, 97, 13) };
    let powers = (0..powers).map(|exponent| 1_usize << exponent);
    let edges = powers.flat_map(|power| [power, power / 8 * 7, power / 2 * 3]);
    let around = edges.flat_map(|edge| [edge.saturating_sub(1), edge, edge + 1]);
    let mut sample: Vec<usize> = (1..all_below).chain(around).chain((1..MOST).step_by(step)).collect();
    sample.push(MOST);
    sample.retain(|n| (1..=MOST).contains(n));
    sample.sort_unstable();
    sample.dedup();
    sample
}

/// Puts every item where its number says, so that a test decides which slots of a table are in use.
#[derive(Clone, Copy, Default)]
pub(crate) struct InPlace;

pub(crate) struct Place(u64);

impl BuildHasher for InPlace {
    type Hasher = Place;

    fn build_hasher(&self) -> Place {
        Place(0)
    }
}

impl Hasher for Place {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("items are hashed as one number")
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Pseudo-random numbers (xorshift), the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn seeded(seed: usize) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ (seed as u64 + 1))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

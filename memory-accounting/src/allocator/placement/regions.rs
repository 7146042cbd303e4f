//! The address space in regions, each with entries of its own once something in it is noted.

use std::iter;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicU16, AtomicUsize, Ordering};

use crate::system::pages;

/// The address space is looked at in regions of this many bytes, as a power of two.
const REGION_BITS: u32 = if cfg!(target_pointer_width = "64") { 29 } else { 22 };

/// How many bits addresses have that programs are usually given.
pub(super) const USUAL_BITS: u32 = match () {
    () if usize::BITS < 48 => usize::BITS,
    // The lower half of 48 bits elsewhere, all of them here.
    () if cfg!(target_arch = "aarch64") => 48,
    () => 47,
};

/// How many regions the usual addresses are in.
pub(super) const USUAL_REGIONS: usize = 1 << USUAL_BITS.wrapping_sub(REGION_BITS);

/// How many regions a segment has, as a power of two: as many as have their pointers in a page.
const SEGMENT_BITS: u32 = 9;

pub(super) const REGION_BYTES: usize = 1 << REGION_BITS;

/// The entries of so many neighbouring regions.
pub(super) struct Regions<const NUMBER: usize>([AtomicPtr<AtomicU16>; NUMBER]);

impl<const NUMBER: usize> Regions<NUMBER> {
    pub(super) const fn new() -> Self {
        Self([const { AtomicPtr::new(ptr::null_mut()) }; NUMBER])
    }

    /// Whether the region that `address` is in is one of these, where they are the first ones.
    pub(super) const fn has(address: usize) -> bool {
        address >> REGION_BITS < NUMBER
    }

    /// The entries of the region that `address` is in, where these are the first ones; null for another, or where there are none.
    #[inline]
    pub(super) fn entries(&self, address: usize) -> *const AtomicU16 {
        self.0.get(address >> REGION_BITS).map_or(ptr::null(), made)
    }

    /// The same, making the `number` of entries there are where they have not been made; null where the system has no memory for
    /// them.
    pub(super) fn entries_or_make(&self, address: usize, number: usize) -> *const AtomicU16 {
        self.0.get(address >> REGION_BITS).map_or(ptr::null(), |region| make(region, number))
    }
}

fn make(region: &AtomicPtr<AtomicU16>, number: usize) -> *const AtomicU16 {
    let entries = made(region);
    if !entries.is_null() {
        return entries;
    }
    let bytes = number.saturating_mul(size_of::<AtomicU16>());
    let Some(new) = pages::reserve(bytes) else { return ptr::null() };
    let entries = new.cast::<AtomicU16>().as_ptr();
    match region.compare_exchange(ptr::null_mut(), entries, Ordering::Release, Ordering::Acquire) {
        Ok(_) => entries,
        Err(others) => {
            // SAFETY: as reserved, and nobody has seen it.
            unsafe { pages::release(new, bytes) };
            others
        }
    }
}

/// `Acquire` pairs with the `Release` of `entries_or_make`: entries are seen with their zeros.
#[inline]
fn made(region: &AtomicPtr<AtomicU16>) -> *const AtomicU16 {
    region.load(Ordering::Acquire)
}

/// The regions around one, wherever in the address space they are. Those that something was noted in are a list, which only grows.
/// A program has two or three: its heap, its mappings, and where addresses have a tag in their highest bits, some for each tag.
///
/// Zeros are a value.
pub(super) struct Segment {
    /// Of the address, above those that say where in the segment it is.
    high_bits: AtomicUsize,
    next: AtomicPtr<Self>,
    regions: Regions<{ 1 << SEGMENT_BITS }>,
}

fn high_bits(address: usize) -> usize {
    address.checked_shr(REGION_BITS.saturating_add(SEGMENT_BITS)).unwrap_or(0)
}

/// The address of the same place in the first segment.
fn within_segment(address: usize) -> usize {
    address & REGION_BYTES.checked_shl(SEGMENT_BITS).unwrap_or(0).wrapping_sub(1)
}

impl Segment {
    /// The entries of the region that `address` is in, in the list that begins at `front`; null where there are none.
    pub(super) fn entries(front: &AtomicPtr<Self>, address: usize) -> *const AtomicU16 {
        let segment = Self::find(front, address);
        segment.map_or(ptr::null(), |segment| segment.regions.entries(within_segment(address)))
    }

    /// The same, making the `number` of entries there are where they have not been made; null where the system has no memory for
    /// them.
    pub(super) fn entries_or_make(
        front: &AtomicPtr<Self>,
        address: usize,
        number: usize,
    ) -> *const AtomicU16 {
        let segment = Self::find_or_make(front, address);
        segment
            .map_or(ptr::null(), |segment| segment.regions.entries_or_make(within_segment(address), number))
    }

    fn find(front: &AtomicPtr<Self>, address: usize) -> Option<&'static Self> {
        let mut all = iter::successors(follow(front), |segment| follow(&segment.next));
        all.find(|segment| segment.high_bits.load(Ordering::Relaxed) == high_bits(address))
    }

    fn find_or_make(front: &AtomicPtr<Self>, address: usize) -> Option<&'static Self> {
        let mut made: Option<NonNull<Self>> = None;
        loop {
            let first = front.load(Ordering::Acquire);
            if let Some(segment) = Self::find(front, address) {
                if let Some(unused) = made {
                    // SAFETY: as reserved below, and nobody has seen it.
                    unsafe { pages::release(unused.cast(), size_of::<Self>()) };
                }
                return Some(segment);
            }
            let new = match made {
                Some(new) => new,
                None => *made.insert(pages::reserve(size_of::<Self>())?.cast()),
            };
            // SAFETY: reserved with room for it, at the beginning of a page, never freed once it is in the list, and its zeros
            // are a value.
            let segment: &'static Self = unsafe { new.as_ref() };
            segment.high_bits.store(high_bits(address), Ordering::Relaxed);
            segment.next.store(first, Ordering::Relaxed);
            // `Release` pairs with the `Acquire` in `follow`: it is seen with its bits and its next. Where another has come
            // first, it may have the same bits.
            if front.compare_exchange(first, new.as_ptr(), Ordering::Release, Ordering::Relaxed).is_ok() {
                return Some(segment);
            }
        }
    }
}

fn follow(link: &AtomicPtr<Segment>) -> Option<&'static Segment> {
    // SAFETY: a link is null or was set to one that is never freed.
    unsafe { link.load(Ordering::Acquire).as_ref() }
}

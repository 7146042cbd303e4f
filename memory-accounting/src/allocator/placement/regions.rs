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
        self.0.get(address >> REGION_BITS).map_or(ptr::null(), |region| {
            let entries = made(region);
            if entries.is_null() { make(region, number) } else { entries }
        })
    }
}

#[cold]
fn make(region: &AtomicPtr<AtomicU16>, number: usize) -> *const AtomicU16 {
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

/// `Acquire` pairs with the `Release` of `make`: entries are seen with their zeros.
#[inline]
fn made(region: &AtomicPtr<AtomicU16>) -> *const AtomicU16 {
    region.load(Ordering::Acquire)
}

/// Regions wherever in the address space, in segments that are made as something is noted in them.
///
/// A program uses two or three: for its heap, for its mappings, and where addresses have a tag in their highest bits, some for each tag.
pub(super) struct Segments {
    /// By the lowest of the bits that say which segment an address is in: usual addresses have a list of their own for each segment.
    lists: [AtomicPtr<Segment>; LISTS],
}

/// How many segments the usual addresses are in.
const LISTS: usize = 1 << USUAL_BITS.saturating_sub(SEGMENT_BITS);

/// How many bits of an address say where in its segment it is.
const SEGMENT_BITS: u32 = REGION_BITS.saturating_add(REGIONS_BITS);

/// How many regions a segment has, as a power of two: as many as have their pointers in a page.
const REGIONS_BITS: u32 = 9;

/// Neighbouring regions. Zeros are a value.
struct Segment {
    high_bits: AtomicUsize,
    /// In the list, which only grows.
    next: AtomicPtr<Self>,
    regions: Regions<{ 1 << REGIONS_BITS }>,
}

/// Which segment an address is in.
fn high_bits(address: usize) -> usize {
    address.checked_shr(SEGMENT_BITS).unwrap_or(0)
}

/// The address of the same place in the first segment.
fn within_segment(address: usize) -> usize {
    address & 1_usize.checked_shl(SEGMENT_BITS).unwrap_or(0).wrapping_sub(1)
}

impl Segments {
    pub(super) const fn new() -> Self {
        Self { lists: [const { AtomicPtr::new(ptr::null_mut()) }; LISTS] }
    }

    /// The entries of the region that `address` is in; null where there are none.
    #[inline]
    pub(super) fn entries(&self, address: usize) -> *const AtomicU16 {
        let segment = self.list(address).and_then(|list| find(list, address));
        segment.map_or(ptr::null(), |segment| segment.regions.entries(within_segment(address)))
    }

    /// The same, making the `number` of entries there are where they have not been made; null where the system has no memory for
    /// them.
    #[inline]
    pub(super) fn entries_or_make(&self, address: usize, number: usize) -> *const AtomicU16 {
        let segment =
            self.list(address).and_then(|list| find(list, address).or_else(|| find_or_make(list, address)));
        segment
            .map_or(ptr::null(), |segment| segment.regions.entries_or_make(within_segment(address), number))
    }

    fn list(&self, address: usize) -> Option<&AtomicPtr<Segment>> {
        self.lists.get(high_bits(address) % LISTS)
    }
}

#[inline]
fn find(list: &AtomicPtr<Segment>, address: usize) -> Option<&'static Segment> {
    let mut all = iter::successors(follow(list), |segment| follow(&segment.next));
    all.find(|segment| segment.high_bits.load(Ordering::Relaxed) == high_bits(address))
}

#[cold]
fn find_or_make(list: &AtomicPtr<Segment>, address: usize) -> Option<&'static Segment> {
    let mut made: Option<NonNull<Segment>> = None;
    loop {
        let first = list.load(Ordering::Acquire);
        if let Some(segment) = find(list, address) {
            if let Some(unused) = made {
                // SAFETY: as reserved below, and nobody has seen it.
                unsafe { pages::release(unused.cast(), size_of::<Segment>()) };
            }
            return Some(segment);
        }
        let new = match made {
            Some(new) => new,
            None => *made.insert(pages::reserve(size_of::<Segment>())?.cast()),
        };
        // SAFETY: reserved with room for it, at the beginning of a page, never freed once it is in the list, and its zeros
        // are a value.
        let segment: &'static Segment = unsafe { new.as_ref() };
        segment.high_bits.store(high_bits(address), Ordering::Relaxed);
        segment.next.store(first, Ordering::Relaxed);
        // `Release` pairs with the `Acquire` in `follow`: it is seen with its bits and its next. Where another has come
        // first, it may have the same bits.
        if list.compare_exchange(first, new.as_ptr(), Ordering::Release, Ordering::Relaxed).is_ok() {
            return Some(segment);
        }
    }
}

fn follow(link: &AtomicPtr<Segment>) -> Option<&'static Segment> {
    // SAFETY: a link is null or was set to one that is never freed.
    unsafe { link.load(Ordering::Acquire).as_ref() }
}

//! The address space in regions, each with entries of its own once something in it is noted.

use std::iter;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicU16, AtomicUsize, Ordering};

use crate::system::pages;

/// The address space is looked at in regions of this many bytes, as a power of two.
const REGION_BITS: u32 = if cfg!(target_pointer_width = "64") { 29 } else { 22 };

/// What addresses take that programs are usually given, in bits; those above are found more slowly.
pub(super) const USUAL_BITS: u32 = match () {
    () if usize::BITS < 48 => usize::BITS,
    // The lower half of 48 bits elsewhere, all of them here.
    () if cfg!(target_arch = "aarch64") => 48,
    () => 47,
};

/// How many regions the usual addresses are in.
const REGIONS: usize = 1 << USUAL_BITS.wrapping_sub(REGION_BITS);

pub(super) const REGION_BYTES: usize = 1 << REGION_BITS;

/// The entries of neighbouring regions: those of the usual addresses, or of as many others.
pub(super) struct Regions([AtomicPtr<AtomicU16>; REGIONS]);

impl Regions {
    #[expect(
        clippy::large_stack_arrays,
        reason = "only ever a static, whose zeros take no memory until they change"
    )]
    pub(super) const fn new() -> Self {
        Self([const { AtomicPtr::new(ptr::null_mut()) }; REGIONS])
    }

    /// Whether the address is one of those that programs are usually given.
    pub(super) fn is_usual(address: usize) -> bool {
        high_bits(address) == 0
    }

    /// The entries of the region that a usual `address` is in; null for one that is not, or where there are none.
    #[inline]
    pub(super) fn usual_entries(&self, address: usize) -> *const AtomicU16 {
        self.0.get(address >> REGION_BITS).map_or(ptr::null(), made)
    }

    /// The same for an address whose higher bits are known to be those of these regions.
    pub(super) fn entries(&self, address: usize) -> *const AtomicU16 {
        self.0.get((address >> REGION_BITS) % REGIONS).map_or(ptr::null(), made)
    }

    /// The same, making the `number` of entries there are where they have not been made; null where the system has no memory for
    /// them.
    pub(super) fn entries_or_make(&self, address: usize, number: usize) -> *const AtomicU16 {
        let Some(region) = self.0.get((address >> REGION_BITS) % REGIONS) else { return ptr::null() };
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
}

/// `Acquire` pairs with the `Release` of `entries_or_make`: entries are seen with their zeros.
#[inline]
fn made(region: &AtomicPtr<AtomicU16>) -> *const AtomicU16 {
    region.load(Ordering::Acquire)
}

/// The bits above those that usual addresses have.
fn high_bits(address: usize) -> usize {
    address.checked_shr(USUAL_BITS).unwrap_or(0)
}

/// Regions of addresses that are wider, or have a tag in their highest bits. A list of them only grows; zeros are a value.
pub(super) struct UnusualRegions {
    high_bits: AtomicUsize,
    next: AtomicPtr<Self>,
    regions: Regions,
}

impl UnusualRegions {
    /// The regions of `address` in the list that begins at `front`.
    pub(super) fn find(front: &AtomicPtr<Self>, address: usize) -> Option<&'static Regions> {
        let first = follow(front);
        let mut all = iter::successors(first, |unusual| follow(&unusual.next));
        all.find(|unusual| unusual.high_bits.load(Ordering::Relaxed) == high_bits(address))
            .map(|unusual| &unusual.regions)
    }

    /// The same, making those that are not in the list; `None` where the system has no memory for them.
    pub(super) fn find_or_make(front: &AtomicPtr<Self>, address: usize) -> Option<&'static Regions> {
        let mut made: Option<NonNull<Self>> = None;
        loop {
            let first = front.load(Ordering::Acquire);
            if let Some(regions) = Self::find(front, address) {
                if let Some(unused) = made {
                    // SAFETY: as reserved below, and nobody has seen it.
                    unsafe { pages::release(unused.cast(), size_of::<Self>()) };
                }
                return Some(regions);
            }
            let new = match made {
                Some(new) => new,
                None => *made.insert(pages::reserve(size_of::<Self>())?.cast()),
            };
            // SAFETY: reserved with room for it, at the beginning of a page, never freed once it is in the list, and its zeros
            // are a value.
            let unusual: &'static Self = unsafe { new.as_ref() };
            unusual.high_bits.store(high_bits(address), Ordering::Relaxed);
            unusual.next.store(first, Ordering::Relaxed);
            // `Release` pairs with the `Acquire` in `follow`: it is seen with its bits and its next. Where another has come
            // first, it may have the same bits.
            if front.compare_exchange(first, new.as_ptr(), Ordering::Release, Ordering::Relaxed).is_ok() {
                return Some(&unusual.regions);
            }
        }
    }
}

fn follow(link: &AtomicPtr<UnusualRegions>) -> Option<&'static UnusualRegions> {
    // SAFETY: a link is null or was set to one that is never freed.
    unsafe { link.load(Ordering::Acquire).as_ref() }
}

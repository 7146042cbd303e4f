//! Zeroed memory straight from the operating system, which becomes memory in fact page by page, as it is used.
//!
//! The tables of this module are far larger than what is used of them, and the system's allocator may write zeros to all of it.

use std::ptr::NonNull;

/// `bytes` zeroed bytes at the beginning of a page; `None` where the system has no more, or not so many.
pub(crate) fn reserve(bytes: usize) -> Option<NonNull<u8>> {
    system::reserve(bytes)
}

/// Gives back what [`reserve`] gave.
///
/// # Safety
///
/// `start` is what [`reserve`] returned for `bytes`, and nobody uses it any more.
pub(crate) unsafe fn release(start: NonNull<u8>, bytes: usize) {
    // SAFETY: passed on to the caller.
    unsafe { system::release(start, bytes) }
}

#[cfg(unix)]
mod system {
    use std::ptr::{self, NonNull};

    /// Nobody has to have room for what may never be used.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const NOT_IN_ADVANCE: libc::c_int = libc::MAP_NORESERVE;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const NOT_IN_ADVANCE: libc::c_int = 0;

    /// Leaves the last error of the C library as it was: whoever frees something before asking for that error counts on it.
    pub(crate) fn reserve(bytes: usize) -> Option<NonNull<u8>> {
        let last_error = errno::errno();
        let reserved = map(bytes);
        errno::set_errno(last_error);
        reserved
    }

    fn map(bytes: usize) -> Option<NonNull<u8>> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANON | NOT_IN_ADVANCE;
        // SAFETY: asks for new memory anywhere, and touches none that there is.
        let start = unsafe { libc::mmap(ptr::null_mut(), bytes, protection, flags, -1, 0) };
        if ptr::eq(start, libc::MAP_FAILED) {
            return None;
        }
        let start = NonNull::new(start.cast())?;
        // SAFETY: as just reserved.
        unsafe { in_small_pages(start, bytes) };
        Some(start)
    }

    /// Asks for pages of the usual size: a huge one would be memory as a whole as soon as a byte of it is used. It is only advice,
    /// and systems without huge pages refuse it.
    ///
    /// # Safety
    ///
    /// The `bytes` bytes from `start` on are a mapping.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    unsafe fn in_small_pages(start: NonNull<u8>, bytes: usize) {
        // SAFETY: passed on to the caller; what the bytes are is not changed.
        unsafe { libc::madvise(start.as_ptr().cast(), bytes, libc::MADV_NOHUGEPAGE) };
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    unsafe fn in_small_pages(_: NonNull<u8>, _: usize) {}

    pub(crate) unsafe fn release(start: NonNull<u8>, bytes: usize) {
        // SAFETY: passed on to the caller. It does not fail for a whole mapping.
        unsafe { libc::munmap(start.as_ptr().cast(), bytes) };
    }
}

#[cfg(not(unix))]
mod system {
    use std::alloc::{GlobalAlloc, Layout, System};
    use std::ptr::NonNull;

    const PAGE: usize = 4096;

    pub(crate) fn reserve(bytes: usize) -> Option<NonNull<u8>> {
        let layout = Layout::from_size_align(bytes.max(1), PAGE).ok()?;
        // SAFETY: not zero-sized.
        NonNull::new(unsafe { System.alloc_zeroed(layout) })
    }

    pub(crate) unsafe fn release(start: NonNull<u8>, bytes: usize) {
        // SAFETY: `reserve` found this layout good.
        let layout = unsafe { Layout::from_size_align_unchecked(bytes.max(1), PAGE) };
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(start.as_ptr(), layout) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_zero_and_can_be_written() {
        const BYTES: usize = 1 << 20;
        let start = reserve(BYTES).expect("memory");
        // SAFETY: a byte is within.
        let last = unsafe { start.add(BYTES - 1) };
        // SAFETY: reserved, and nobody else's.
        assert_eq!(unsafe { last.read() }, 0);
        // SAFETY: as above.
        unsafe { last.write(1) };
        // SAFETY: as reserved, and not used below.
        unsafe { release(start, BYTES) };
    }

    #[test]
    fn more_than_there_is_is_none_and_leaves_the_last_error_as_it_was() {
        let missing = std::fs::File::open("").expect_err("no name of a file");
        assert_eq!(reserve(usize::MAX & !0xFFFF), None);
        assert_eq!(std::io::Error::last_os_error().raw_os_error(), missing.raw_os_error());
    }
}

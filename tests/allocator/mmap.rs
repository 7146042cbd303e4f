//! Takes the place of the C library's `mmap`, for the program that this is a module of: asks it about what is reserved without having it in
//! advance, as only the tables of the library are.

#[expect(unsafe_code, reason = "stands in for a function of the C library")]
// SAFETY: the name is that of the function it takes the place of, whose signature and meaning it has.
#[unsafe(no_mangle)]
extern "C" fn mmap(
    start: *mut libc::c_void,
    bytes: libc::size_t,
    protection: libc::c_int,
    flags: libc::c_int,
    file: libc::c_int,
    offset: libc::off_t,
) -> *mut libc::c_void {
    if flags & libc::MAP_NORESERVE != 0 && !crate::may_reserve(bytes) {
        return libc::MAP_FAILED;
    }
    // SAFETY: the system call of the same meaning, with the caller's arguments.
    let mapped = unsafe { libc::syscall(libc::SYS_mmap, start, bytes, protection, flags, file, offset) };
    std::ptr::with_exposed_provenance_mut(usize::try_from(mapped).unwrap_or(usize::MAX))
}

//! What is asked of the operating system.

#[expect(unsafe_code, reason = "asks the system for memory")]
pub(crate) mod pages;
#[cfg_attr(all(target_os = "linux", target_env = "gnu"), expect(unsafe_code, reason = "calls the C library"))]
mod purge;
mod resident;

pub use self::purge::purge;
pub(crate) use self::resident::resident_bytes;

//! What is asked of the operating system.

#[cfg_attr(unix, expect(unsafe_code, reason = "calls the C library"))]
mod fork;
#[expect(unsafe_code, reason = "asks the system for memory")]
pub(crate) mod pages;
mod physical;
#[cfg_attr(all(target_os = "linux", target_env = "gnu"), expect(unsafe_code, reason = "calls the C library"))]
mod purge;
mod resident;

pub(crate) use self::fork::NoFork;
pub(crate) use self::physical::physical_memory;
pub use self::purge::purge;
pub(crate) use self::resident::resident_bytes;

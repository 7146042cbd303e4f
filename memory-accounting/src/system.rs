//! What is asked of the operating system.

#[cfg_attr(unix, expect(unsafe_code, reason = "calls the C library"))]
mod fork;
mod group_usage;
mod kernel_file;
#[expect(unsafe_code, reason = "asks the system for memory")]
pub(crate) mod pages;
mod memory_group;
mod of_this_process;
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android")),
    cfg_attr(any(unix, windows), expect(unsafe_code, reason = "calls the C library or the system"))
)]
mod physical;
mod pressure_stall;
#[cfg(feature = "axum")]
mod process_age;
#[cfg_attr(any(target_os = "macos", windows), expect(unsafe_code, reason = "asks the system"))]
mod process_memory;
#[cfg_attr(all(target_os = "linux", target_env = "gnu"), expect(unsafe_code, reason = "calls the C library"))]
mod purge;
#[cfg(all(test, target_os = "linux"))]
#[expect(unsafe_code, reason = "maps files")]
mod real_memory;
mod resident;

pub(crate) use self::fork::{NoFork, generation as fork_generation};
pub(crate) use self::group_usage::GroupUsageReader;
pub(crate) use self::memory_group::{GroupVersion, MemoryGroup};
pub(crate) use self::of_this_process::OfThisProcess;
pub(crate) use self::physical::{PHYSICAL_MEMORY_SOURCE, mem_total, physical_memory};
pub(crate) use self::pressure_stall::{PressureReader, PressureSignals};
#[cfg(feature = "axum")]
pub(crate) use self::process_age::process_age;
pub(crate) use self::process_memory::ProcessMemoryReader;
pub(crate) use self::purge::keep_free_at_most;
pub use self::purge::purge;
pub(crate) use self::resident::resident_bytes;

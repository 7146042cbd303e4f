//! How much memory the process itself uses that cannot be taken back.

use std::io;

/// Reads the memory of this process that the kernel cannot take back, short of swapping: for where there is no readable control group.
///
/// - Linux: anonymous memory and the shared memory that is mapped, tmpfs among it (`RssAnon` and `RssShmem` of `/proc/self/status`, since
///   Linux 4.5). Mapped files are not in it, and neither is tmpfs that is only written to, which no process owns. Memory freed with
///   `MADV_FREE` is in it until the kernel takes it. `statm` is read in an eighth of the time and does not tell shared memory from files.
/// - macOS: the physical footprint, which is what the system kills for.
/// - Windows: the private bytes, which is what a job is limited in.
#[derive(Debug)]
pub(crate) struct ProcessMemoryReader {
    platform: platform::Reader,
}

impl ProcessMemoryReader {
    /// # Errors
    ///
    /// Where the system does not tell.
    pub(crate) fn open() -> io::Result<Self> {
        Ok(Self { platform: platform::Reader::open()? })
    }

    /// The bytes in use. In a forked child it is the child's, which opens its file with the first read; otherwise nothing is allocated.
    ///
    /// # Errors
    ///
    /// Where the system does not tell.
    pub(crate) fn read(&mut self) -> io::Result<u64> {
        self.platform.read()
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::{io, process};

    use super::super::kernel_file::{KernelFile, fields};

    #[derive(Debug)]
    pub(super) struct Reader {
        status: KernelFile,
        /// Whose status it is.
        process: u32,
    }

    impl Reader {
        pub(super) fn open() -> io::Result<Self> {
            let status = KernelFile::open("/proc/self/status".into())?;
            Ok(Self { status, process: process::id() })
        }

        /// `/proc/self` is resolved when the file is opened, so a forked child would go on reading its parent.
        pub(super) fn read(&mut self) -> io::Result<u64> {
            if self.process != process::id() {
                *self = Self::open()?;
            }
            match private_bytes(self.status.read()?) {
                Ok(bytes) => Ok(bytes),
                Err(missing) => Err(self.status.lacks(missing)),
            }
        }
    }

    /// The anonymous and shared-memory bytes by the text of `status`; the name of what is not there otherwise.
    fn private_bytes(status: &[u8]) -> Result<u64, &'static str> {
        let (mut anonymous, mut shared) = (None, None);
        for (name, kibibytes) in fields(status) {
            match name {
                b"RssAnon" => anonymous = Some(kibibytes),
                b"RssShmem" => shared = Some(kibibytes),
                _ => {}
            }
        }
        let kibibytes = anonymous.ok_or("RssAnon")?.saturating_add(shared.ok_or("RssShmem")?);
        Ok(kibibytes.saturating_mul(1024))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        const LINUX_6_18: &str = "Name:\tRssAnon: 9\nUmask:\t0022\nState:\tR (running)\nTgid:\t7\nVmPeak:\t  9000 kB\nVmSize:\t  9000 kB\n\
            VmHWM:\t  3000 kB\nVmRSS:\t  2500 kB\nRssAnon:\t   100 kB\nRssFile:\t  2200 kB\nRssShmem:\t   200 kB\nVmData:\t   500 kB\n\
            VmSwap:\t     0 kB\nThreads:\t1\nSigQ:\t0/96402\nCpus_allowed_list:\t0-1\n";

        #[test]
        fn anonymous_and_shared_memory_count_and_files_do_not() {
            assert_eq!(private_bytes(LINUX_6_18.as_bytes()), Ok(300 * 1024));
        }

        #[test]
        fn a_kernel_that_does_not_tell_shared_memory_apart_says_what_is_missing() {
            let linux_4_4 = "Name:\tapp\nVmHWM:\t  3000 kB\nVmRSS:\t  2500 kB\nVmData:\t   500 kB\n";
            assert_eq!(private_bytes(linux_4_4.as_bytes()), Err("RssAnon"));
        }

        /// As a forked child has it, once its parent is gone.
        #[test]
        fn a_reader_that_was_opened_by_another_process_is_opened_again() {
            let mut parent =
                process::Command::new("cat").stdin(process::Stdio::piped()).spawn().expect("started");
            let status = KernelFile::open(format!("/proc/{}/status", parent.id()).into()).expect("opened");
            let mut inherited = Reader { status, process: parent.id() };
            parent.wait().expect("gone");
            inherited.status.read().expect_err("the control");
            inherited.read().expect("read");
        }
    }
}

#[cfg(target_os = "macos")]
mod platform {
    use std::mem::MaybeUninit;
    use std::{io, process};

    #[derive(Debug)]
    pub(super) struct Reader;

    impl Reader {
        pub(super) fn open() -> io::Result<Self> {
            Self.read().map(|_| Self)
        }

        #[expect(clippy::unused_self, reason = "as elsewhere")]
        pub(super) fn read(&self) -> io::Result<u64> {
            let process = libc::c_int::try_from(process::id()).map_err(io::Error::other)?;
            let mut usage = MaybeUninit::<libc::rusage_info_v0>::zeroed();
            // SAFETY: writes one value of the type that goes with `RUSAGE_INFO_V0`, for which there is room.
            let result =
                unsafe { libc::proc_pid_rusage(process, libc::RUSAGE_INFO_V0, usage.as_mut_ptr().cast()) };
            if result != 0 {
                return Err(io::Error::last_os_error());
            }
            // SAFETY: it was written, and consists of integers, all of which zeros would be values of as well.
            Ok(unsafe { usage.assume_init() }.ri_phys_footprint)
        }
    }
}

#[cfg(windows)]
mod platform {
    use std::io;

    use windows_sys::Win32::System::ProcessStatus::{
        K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS, PROCESS_MEMORY_COUNTERS_EX,
    };
    use windows_sys::Win32::System::Threading::GetCurrentProcess;

    #[derive(Debug)]
    pub(super) struct Reader;

    impl Reader {
        pub(super) fn open() -> io::Result<Self> {
            Self.read().map(|_| Self)
        }

        #[expect(clippy::unused_self, reason = "as elsewhere")]
        pub(super) fn read(&self) -> io::Result<u64> {
            let size = u32::try_from(size_of::<PROCESS_MEMORY_COUNTERS_EX>()).map_err(io::Error::other)?;
            let mut counters = PROCESS_MEMORY_COUNTERS_EX { cb: size, ..Default::default() };
            // SAFETY: may be called at any time; what it gives needs no closing.
            let this = unsafe { GetCurrentProcess() };
            let place = (&raw mut counters).cast::<PROCESS_MEMORY_COUNTERS>();
            // SAFETY: writes `size` bytes at most, for which there is room; the longer form of the structure may stand for the shorter.
            if unsafe { K32GetProcessMemoryInfo(this, place, size) } == 0 {
                return Err(io::Error::last_os_error());
            }
            u64::try_from(counters.PrivateUsage).map_err(io::Error::other)
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod platform {
    use std::io;

    #[derive(Debug)]
    pub(super) struct Reader;

    impl Reader {
        pub(super) fn open() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        #[expect(clippy::unused_self, reason = "as elsewhere")]
        pub(super) fn read(&self) -> io::Result<u64> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }
}

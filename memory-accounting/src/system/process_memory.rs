//! How much memory the process itself uses that cannot be taken back.

use std::io;

/// Reads the memory of this process that the kernel cannot take back, short of swapping: for where there is no readable control group.
///
/// - Linux: anonymous memory and the shared memory that is mapped, tmpfs among it (`RssAnon` and `RssShmem` of `/proc/self/status`, since
///   Linux 4.5). Mapped files are not in it, and neither is tmpfs that is only written to, which no process owns. Memory freed with
///   `MADV_FREE` is in it until the kernel takes it.
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
    use std::io;

    use super::super::fork_generation;
    use super::super::kernel_file::{KernelFile, fields, number};

    /// `statm` is read in an eighth of the time that `status` takes. It does not tell shared memory from files, so `status` is read
    /// again where there is more or less of both together.
    #[derive(Debug)]
    pub(super) struct Reader {
        statm: KernelFile,
        status: KernelFile,
        /// The last time that `status` was read.
        last: Option<Shared>,
        page_bytes: u64,
        /// Whose files they are: a forked child is another.
        generation: u32,
    }

    #[derive(Debug, Clone, Copy)]
    struct Shared {
        /// Resident pages of files and of shared memory.
        pages: u64,
        /// Of these, shared memory.
        memory_bytes: u64,
    }

    impl Reader {
        pub(super) fn open() -> io::Result<Self> {
            let statm = KernelFile::open("/proc/self/statm".into())?;
            let status = KernelFile::open("/proc/self/status".into())?;
            Ok(Self::of(statm, status))
        }

        fn of(statm: KernelFile, status: KernelFile) -> Self {
            let page_bytes = rustix::param::page_size() as u64;
            Self { statm, status, last: None, page_bytes, generation: fork_generation() }
        }

        /// `/proc/self` is resolved when the file is opened, so a forked child would go on reading its parent.
        pub(super) fn read(&mut self) -> io::Result<u64> {
            if self.generation != fork_generation() {
                *self = Self::open()?;
            }
            let Some((resident, shared)) = resident_pages(self.statm.read()?) else {
                return Err(self.statm.lacks("three numbers"));
            };
            let memory_bytes = match self.last.filter(|last| last.pages == shared) {
                Some(last) => last.memory_bytes,
                None => self.shared_memory_bytes()?,
            };
            self.last = Some(Shared { pages: shared, memory_bytes });
            let anonymous = resident.saturating_sub(shared).saturating_mul(self.page_bytes);
            Ok(anonymous.saturating_add(memory_bytes))
        }

        fn shared_memory_bytes(&mut self) -> io::Result<u64> {
            let found = fields(self.status.read()?).find(|(name, _)| *name == b"RssShmem");
            match found {
                Some((_, kibibytes)) => Ok(kibibytes.saturating_mul(1024)),
                None => Err(self.status.lacks("RssShmem")),
            }
        }
    }

    /// All resident pages, and those of files and of shared memory (`proc_pid_statm`, `fs/proc/array.c`).
    fn resident_pages(statm: &[u8]) -> Option<(u64, u64)> {
        let mut words = statm.split(|&byte| byte == b' ').skip(1);
        Some((number(words.next()?)?, number(words.next()?)?))
    }

    #[cfg(test)]
    mod tests {
        use std::path::PathBuf;
        use std::{env, fs, process};

        use super::*;

        /// A reader of files that say what the kernel might.
        struct Folder(PathBuf);

        impl Folder {
            fn new(name: &str) -> Self {
                let folder = env::temp_dir().join(format!("memory-accounting-{}-{name}", process::id()));
                fs::create_dir_all(&folder).expect("made");
                Self(folder)
            }

            fn say(&self, statm: &str, status: &str) {
                fs::write(self.0.join("statm"), statm).expect("written");
                fs::write(self.0.join("status"), status).expect("written");
            }

            fn reader(&self) -> Reader {
                let open = |name| KernelFile::open(self.0.join(name)).expect("opened");
                Reader::of(open("statm"), open("status"))
            }
        }

        impl Drop for Folder {
            fn drop(&mut self) {
                let _ = fs::remove_dir_all(&self.0);
            }
        }

        /// Linux 6.18, shortened.
        fn status(shared_kibibytes: u32) -> String {
            format!(
                "Name:\tRssShmem: 9\nUmask:\t0022\nVmPeak:\t  9000 kB\nVmRSS:\t  2500 kB\nRssAnon:\t   100 kB\n\
                RssFile:\t  2200 kB\nRssShmem:\t   {shared_kibibytes} kB\nThreads:\t1\n"
            )
        }

        #[test]
        fn anonymous_and_shared_memory_count_and_files_do_not() {
            let folder = Folder::new("counts");
            folder.say("2250 625 600 1 0 200 0\n", &status(200));
            let anonymous = 25 * rustix::param::page_size() as u64;
            assert_eq!(folder.reader().read().ok(), Some(anonymous + 200 * 1024));
        }

        #[test]
        fn shared_memory_is_looked_up_again_where_shared_pages_change() {
            let folder = Folder::new("changes");
            let page = rustix::param::page_size() as u64;
            folder.say("2250 600 600 1 0 200 0\n", &status(200));
            let mut reader = folder.reader();
            assert_eq!(reader.read().ok(), Some(200 * 1024));
            folder.say("2250 610 600 1 0 200 0\n", &status(300));
            assert_eq!(reader.read().ok(), Some(10 * page + 200 * 1024), "not looked up");
            folder.say("2250 610 601 1 0 200 0\n", &status(300));
            assert_eq!(reader.read().ok(), Some(9 * page + 300 * 1024));
        }

        #[test]
        fn a_kernel_that_does_not_tell_shared_memory_apart_says_what_is_missing() {
            let folder = Folder::new("linux-4-4");
            folder.say("2250 625 600 1 0 200 0\n", "Name:\tapp\nVmHWM:\t  3000 kB\nVmRSS:\t  2500 kB\n");
            let error = folder.reader().read().expect_err("nothing to read").to_string();
            assert!(error.ends_with("status: lacks RssShmem"), "{error}");
        }

        /// As a forked child has it, once its parent is gone.
        #[test]
        fn a_reader_that_was_opened_by_another_process_is_opened_again() {
            let mut parent =
                process::Command::new("cat").stdin(process::Stdio::piped()).spawn().expect("started");
            let open =
                |name| KernelFile::open(format!("/proc/{}/{name}", parent.id()).into()).expect("opened");
            let (statm, status) = (open("statm"), open("status"));
            let mut inherited = Reader::of(statm, status);
            inherited.generation = inherited.generation.wrapping_add(1);
            parent.wait().expect("gone");
            inherited.statm.read().expect_err("the control");
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

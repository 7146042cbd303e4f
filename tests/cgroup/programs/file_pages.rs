//! Memory that the kernel takes back when it is needed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Calls;
use crate::confined::{self, Program};
use crate::policy::Policy;

static CHUNK: [u8; 64 * 1024] = [1; 64 * 1024];

/// Writes a file, reads it, maps it and touches all of its pages, and then calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FilePages {
    pub(crate) policy: Policy,
    pub(crate) limit_bytes: usize,
    /// On a disk: what is in a file system of memory cannot be taken back.
    pub(crate) file: PathBuf,
    pub(crate) file_bytes: usize,
}

impl Program for FilePages {
    const NAME: &'static str = "file-pages";

    type Report = Calls;

    fn run(self) {
        let policy = self.policy.enforce(self.limit_bytes);
        let mut file = File::create(&self.file).unwrap();
        for _ in 0..self.file_bytes / CHUNK.len() {
            file.write_all(&CHUNK).unwrap();
        }
        file.sync_all().unwrap();
        io::copy(&mut File::open(&self.file).unwrap(), &mut io::sink()).unwrap();
        let mapped = File::open(&self.file).unwrap();
        touch_mapped(&mapped, self.file_bytes);
        // Until a limiter that polls has seen it too.
        Calls::make(&policy, Duration::from_millis(500));
        confined::report(&Calls::make(&policy, Duration::from_secs(1)));
        fs::remove_file(&self.file).unwrap();
    }
}

/// Maps the first `bytes` bytes of `file` for good, and reads one in every page.
#[expect(unsafe_code, reason = "maps a file")]
fn touch_mapped(file: &File, bytes: usize) {
    use std::os::fd::AsRawFd;

    const PAGE: usize = 4096;
    let (descriptor, nowhere) = (file.as_raw_fd(), std::ptr::null_mut());
    // SAFETY: a new mapping, where the kernel likes.
    let start = unsafe { libc::mmap(nowhere, bytes, libc::PROT_READ, libc::MAP_SHARED, descriptor, 0) };
    assert_ne!(start, libc::MAP_FAILED, "{}", io::Error::last_os_error());
    for offset in (0..bytes).step_by(PAGE) {
        // SAFETY: inside of the mapping, which stays, and nobody writes to the file any more.
        let byte = unsafe { start.cast::<u8>().add(offset).read_volatile() };
        assert_eq!(byte, 1);
    }
}

//! Files whose text the kernel makes when they are read.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Enough for every file this crate reads: `memory.stat` of v2 has 1.8 KB in Linux 6.18.
const FIRST_BYTES: usize = 4096;

/// What is longer is no file of the kernel.
const MOST_BYTES: usize = 1 << 16;

/// A file of the kernel that is read again and again.
///
/// It stays open, so reading neither allocates nor fails where a process has run out of file descriptors. Each read starts at offset
/// 0, where the kernel makes the text anew (`seq_read_iter`, `fs/seq_file.c`), and does not move the position that a forked child shares.
#[derive(Debug)]
pub(crate) struct KernelFile {
    path: PathBuf,
    file: File,
    text: Vec<u8>,
}

impl KernelFile {
    /// # Errors
    ///
    /// Where the file cannot be opened; the message has its path.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        match File::open(&path) {
            Ok(file) => Ok(Self { path, file, text: vec![0; FIRST_BYTES] }),
            Err(error) => Err(about(&path, &error.to_string(), error.kind())),
        }
    }

    /// The error of a text that lacks something.
    pub(crate) fn lacks(&self, what: &str) -> io::Error {
        about(&self.path, &format!("lacks {what}"), io::ErrorKind::InvalidData)
    }

    /// What the kernel writes now.
    ///
    /// # Errors
    ///
    /// Where it refuses; the message has the path.
    pub(crate) fn read(&mut self) -> io::Result<&[u8]> {
        let length = loop {
            let length = platform::read_at_start(&self.file, &mut self.text)
                .map_err(|error| about(&self.path, &error.to_string(), error.kind()))?;
            // The files read here are one record, which a read returns as a whole where there is room for it.
            if length < self.text.len() {
                break length;
            }
            if self.text.len() >= MOST_BYTES {
                return Err(about(&self.path, "is too long", io::ErrorKind::InvalidData));
            }
            self.text.resize(self.text.len().saturating_mul(2), 0);
        };
        Ok(self.text.get(..length).unwrap_or_default())
    }
}

/// An error about a file, which its own message does not name.
pub(crate) fn about(path: &Path, reason: &str, kind: io::ErrorKind) -> io::Error {
    io::Error::new(kind, format!("{}: {reason}", path.display()))
}

/// The lines of `text` that are a name and a number, such as `anon 4096` or `RssAnon:  4 kB`; others are passed over.
pub(crate) fn fields(text: &[u8]) -> impl Iterator<Item = (&[u8], u64)> {
    text.split(|&byte| byte == b'\n').filter_map(|line| {
        let end = line.iter().position(|&byte| matches!(byte, b' ' | b'\t' | b':'))?;
        let (name, rest) = line.split_at_checked(end)?;
        let digit = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b':'))?;
        Some((name, number(rest.get(digit..)?)?))
    })
}

/// The number that `text` starts with.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    let mut number = None;
    for digit in digits {
        let tens = number.unwrap_or(0_u64).checked_mul(10)?;
        number = Some(tens.checked_add(u64::from(digit.wrapping_sub(b'0')))?);
    }
    number
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::io;
    use std::os::unix::fs::FileExt as _;

    pub(super) fn read_at_start(file: &File, text: &mut [u8]) -> io::Result<usize> {
        file.read_at(text, 0)
    }
}

#[cfg(not(unix))]
mod platform {
    use std::fs::File;
    use std::io;

    /// There are no such files.
    pub(super) fn read_at_start(_: &File, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(String, u64)> {
        let named = |(name, number): (&[u8], u64)| (String::from_utf8_lossy(name).into_owned(), number);
        fields(text.as_bytes()).map(named).collect()
    }

    #[test]
    fn a_field_is_a_name_and_a_number() {
        assert_eq!(numbers("anon 12\nRssAnon:\t    34 kB\n"), [("anon".into(), 12), ("RssAnon".into(), 34)]);
    }

    #[test]
    fn lines_that_are_no_field_are_passed_over() {
        assert_eq!(
            numbers("\nanon\nanon \nName:\tanon\nmax 18446744073709551616\nfile 1"),
            [("file".into(), 1)]
        );
    }

    #[test]
    fn a_missing_file_is_named_in_the_error() {
        let error = KernelFile::open("/no/such/file".into()).expect_err("missing");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().starts_with("/no/such/file: "), "{error}");
    }

    #[cfg(target_os = "linux")]
    mod linux {
        use super::*;

        #[test]
        fn a_text_longer_than_the_buffer_is_read_as_a_whole() {
            let mut file = KernelFile::open("/proc/self/status".into()).expect("opened");
            file.text = vec![0; 16];
            let text = String::from_utf8(file.read().expect("read").to_vec()).expect("text");
            assert!(text.starts_with("Name:") && text.ends_with('\n') && text.contains("VmRSS:"), "{text}");
        }

        #[test]
        fn a_file_without_an_end_is_refused() {
            let mut file = KernelFile::open("/dev/zero".into()).expect("opened");
            assert_eq!(file.read().expect_err("endless").kind(), io::ErrorKind::InvalidData);
        }
    }
}

//! The kernel's files below a folder that stands for `/`.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::detection::UnreadFile;

/// Reads files, and keeps account of those that cannot be read.
pub(super) struct Files<'a> {
    root: &'a Path,
    unread: Vec<UnreadFile>,
}

/// What came of reading a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents<T> {
    Read(T),
    /// There is no such file, which is no failure: the root group of cgroup v2 has no limit, for example.
    Missing,
    /// It is noted why.
    Unread,
}

impl<'a> Files<'a> {
    pub(super) fn below(root: &'a Path) -> Self {
        Self { root, unread: Vec::new() }
    }

    /// Reads a file, and notes why if it is there and cannot be read.
    pub(super) fn read(&mut self, path: &Path) -> Contents<Vec<u8>> {
        match fs::read(self.actual(path)) {
            Ok(bytes) => Contents::Read(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Contents::Missing,
            Err(error) => {
                self.note(path, error);
                Contents::Unread
            }
        }
    }

    /// Reads a file that nobody will miss.
    pub(super) fn peek(&self, path: &Path) -> Option<Vec<u8>> {
        fs::read(self.actual(path)).ok()
    }

    /// Whether there is certainly nothing at `path`; what may not be looked at may be there.
    pub(super) fn is_missing(&self, path: &Path) -> bool {
        matches!(fs::metadata(self.actual(path)), Err(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// Notes that a file could not be read or understood.
    pub(super) fn note(&mut self, path: &Path, reason: impl fmt::Display) {
        self.unread.push(UnreadFile { path: path.to_path_buf(), reason: reason.to_string() });
    }

    pub(super) fn into_unread(self) -> Vec<UnreadFile> {
        self.unread
    }

    /// Where `path` is in fact. It does not leave the folder.
    pub(super) fn actual(&self, path: &Path) -> PathBuf {
        let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
        self.root.join(parts.collect::<PathBuf>())
    }
}

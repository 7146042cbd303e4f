//! Files that could be read, and no longer can be.

use std::path::PathBuf;

use super::{Detection, LimitState};

/// Tells what a later detection misses.
///
/// A file that can no longer be read may hold the tightest limit. So a detection that misses one does not tell that the limit is higher than
/// it was. A lower one is one nevertheless, whatever else could not be read.
#[derive(Debug)]
pub(crate) struct LostFiles {
    /// What could never be read: that it still cannot be says nothing new.
    never_read: Vec<PathBuf>,
}

impl LostFiles {
    /// As seen from `first`.
    pub(crate) fn since(first: &Detection) -> Self {
        Self { never_read: first.unread().iter().map(|file| file.path.clone()).collect() }
    }

    /// Whether `detection` knows nothing, or misses a file that could be read before.
    pub(crate) fn are_missed_by(&mut self, detection: &Detection) -> bool {
        if matches!(detection.state(), LimitState::Unknown { .. }) {
            return true;
        }
        let unread = detection.unread();
        self.never_read.retain(|path| unread.iter().any(|file| file.path == *path));
        unread.iter().any(|file| !self.never_read.contains(&file.path))
    }
}

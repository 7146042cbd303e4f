//! Text of a limited length.

use std::fmt::{self, Write};

/// A text buffer that is allocated once and refuses to grow.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
    max_bytes: usize,
}

impl Page {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { text: String::with_capacity(max_bytes), max_bytes }
    }

    /// Writes all or nothing; whether it was all.
    pub(super) fn write_whole(&mut self, write: impl FnOnce(&mut Self) -> fmt::Result) -> bool {
        let before = self.text.len();
        let is_written = write(self).is_ok();
        if !is_written {
            self.text.truncate(before);
        }
        is_written
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl Write for Page {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.text.len().saturating_add(text.len()) > self.max_bytes {
            return Err(fmt::Error);
        }
        self.text.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_leaves_no_trace() {
        let mut page = Page::new(5);
        assert!(page.write_whole(|page| page.write_str("abc")));
        assert!(!page.write_whole(|page| { page.write_str("de").and_then(|()| page.write_str("f")) }));
        assert!(page.write_whole(|page| page.write_str("de")));
        assert_eq!((page.text(), page.text.capacity()), ("abcde", 5));
    }
}

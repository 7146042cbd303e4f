//! A sum from which something can be taken out again.

/// A sum of bytes, some of which may be unbounded.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// Of those that are bounded.
    bytes: u128,
    unbounded: usize,
}

impl Tally {
    pub(super) fn add(&mut self, bytes: Option<usize>) {
        match bytes {
            Some(bytes) => self.bytes = self.bytes.saturating_add(bytes as u128),
            None => self.unbounded = self.unbounded.saturating_add(1),
        }
    }

    /// Takes out what was added before.
    pub(super) fn remove(&mut self, bytes: Option<usize>) {
        match bytes {
            Some(bytes) => self.bytes = self.bytes.saturating_sub(bytes as u128),
            None => self.unbounded = self.unbounded.saturating_sub(1),
        }
    }

    /// The sum; `None` where it is unbounded.
    pub(super) fn bytes(self) -> Option<usize> {
        if self.unbounded > 0 { None } else { usize::try_from(self.bytes).ok() }
    }

    pub(super) fn is_at_most(self, limit: usize) -> bool {
        self.bytes().is_some_and(|bytes| bytes <= limit)
    }
}

impl FromIterator<Option<usize>> for Tally {
    fn from_iter<I: IntoIterator<Item = Option<usize>>>(all: I) -> Self {
        let mut tally = Self::default();
        all.into_iter().for_each(|bytes| tally.add(bytes));
        tally
    }
}

/// So many times `sum`; `None` where that is unbounded.
pub(super) fn times(factor: Option<usize>, sum: Tally) -> Option<usize> {
    crate::expr::arithmetic::checked_product(factor, sum.bytes())
}

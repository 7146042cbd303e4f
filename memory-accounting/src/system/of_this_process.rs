//! What is there only in the process that it was made in.

use super::fork_generation;

/// A value of one process, such as a thread: in a forked child it is not there. Unparking the thread of a parent could end the child; see
/// `allocator/process/waker.rs`.
#[derive(Clone, Debug)]
pub(crate) struct OfThisProcess<T> {
    value: T,
    generation: u32,
}

impl<T> OfThisProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, generation: fork_generation() }
    }

    /// The value, unless this is a child of its process.
    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        (self.generation == fork_generation()).then_some(&self.value)
    }
}

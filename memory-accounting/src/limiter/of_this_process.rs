//! What is there only in the process that it was made in.

use crate::system::fork_generation;

/// A value of one process, such as a thread: in a forked child it is not there.
#[derive(Clone, Debug)]
pub(super) struct OfThisProcess<T> {
    value: T,
    generation: u32,
}

impl<T> OfThisProcess<T> {
    pub(super) fn new(value: T) -> Self {
        Self { value, generation: fork_generation() }
    }

    /// The value, unless this is a child of its process.
    pub(super) fn get(&self) -> Option<&T> {
        (self.generation == fork_generation()).then_some(&self.value)
    }
}

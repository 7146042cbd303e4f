//! What the allocators call the group that an allocation is attributed to.

mod alloc_tracker;
mod none;
mod ours;
mod pointer_trailer;

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pub use self::alloc_tracker::AllocTrackerSpans;
pub use self::none::NoGroups;
pub use self::ours::OurGroups;
pub(crate) use self::pointer_trailer::Counters;
pub use self::pointer_trailer::PointerTrailerGroups;

/// A future as an executor holds it.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// A group of an allocator that attributes allocations to groups.
pub trait Groups: Clone + Send + Sync + 'static {
    /// Leaves the group when dropped.
    type Guard;

    /// The group called `name`. `None` where the allocator has no groups.
    fn register(name: &str) -> Option<Self>;

    /// Attributes what this thread allocates to the group.
    fn enter(&self) -> Self::Guard;

    /// Ties `future` to the group.
    fn track(&self, future: impl Future<Output = ()> + 'static) -> Task {
        Box::pin(Entering { group: self.clone(), future })
    }

    /// Reads the counts of all groups, and says how many groups there are.
    fn read_all() -> u32;
}

pin_project! {
    /// Enters a group whenever it is polled, for allocators that have no such thing.
    struct Entering<G, F> {
        group: G,
        #[pin]
        future: F,
    }
}

impl<G: Groups, F: Future> Future for Entering<G, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _guard = this.group.enter();
        this.future.poll(context)
    }
}

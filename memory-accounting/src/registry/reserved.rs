//! Bytes that components have reserved and not allocated yet: the limiter counts them, and usage shows them.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::{ComponentRegistry, Groups, for_the_root};
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;
use crate::system::fork_generation;

/// What one component has reserved and not allocated yet, in bytes.
///
/// A forked child begins with none: who has reserved what in the parent cannot be told there.
#[derive(Debug, Default)]
pub(crate) struct ReservedBytes {
    bytes: AtomicU64,
    /// Of which process: a forked child is another than its parent.
    generation: AtomicU32,
}

impl ReservedBytes {
    #[inline]
    pub(crate) fn add(&self, bytes: u64) {
        self.of_this_process().fetch_add(bytes, Ordering::SeqCst);
    }

    /// What was added in this process.
    #[inline]
    pub(crate) fn subtract(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::SeqCst);
    }

    pub(crate) fn get(&self) -> u64 {
        self.of_this_process().load(Ordering::SeqCst)
    }

    #[inline]
    fn of_this_process(&self) -> &AtomicU64 {
        // Pairs with the `Release` in `begin_anew`.
        if self.generation.load(Ordering::Acquire) != fork_generation() {
            self.begin_anew();
        }
        &self.bytes
    }

    #[cold]
    fn begin_anew(&self) {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _one = lock(&ONE_AT_A_TIME);
        if self.generation.load(Ordering::Relaxed) != fork_generation() {
            self.bytes.store(0, Ordering::Relaxed);
            self.generation.store(fork_generation(), Ordering::Release);
        }
    }
}

/// Where the memory of a component and of everything below it is counted.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    pub(crate) groups: Vec<AllocationGroupToken>,
    pub(crate) reserved: Vec<Arc<ReservedBytes>>,
}

impl ComponentRegistry {
    /// What this component has reserved, to be counted by whoever makes reservations for it. That of a component that was removed is
    /// in no usage.
    pub(crate) fn reserved_bytes(&self) -> Arc<ReservedBytes> {
        for_the_root(|| self.components.reserved(&self.path))
    }

    /// Where the memory of this component and of everything below it is counted now.
    pub(crate) fn accounts(&self) -> Accounts {
        for_the_root(|| {
            let mut accounts = Accounts::default();
            if self.path.is_empty() {
                accounts.groups.push(AllocationGroupToken::root());
            }
            if let Some(groups) = lock(&self.components.groups).get(&self.path) {
                groups.visit(&mut |token| accounts.groups.push(token));
                groups.visit_reserved(&mut |reserved| accounts.reserved.push(Arc::clone(reserved)));
            }
            accounts
        })
    }

    /// Whether `other` is this component or below it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.components, &other.components) && other.path.starts_with(&self.path)
    }

    /// Changes whenever [`accounts`](Self::accounts) of any component of the tree do.
    pub(crate) fn accounts_version(&self) -> u64 {
        self.components.accounts_version.load(Ordering::Acquire)
    }
}

impl Groups {
    /// What this component itself has reserved, where somebody counts it.
    pub(super) fn own_reserved_bytes(&self) -> Option<u64> {
        self.reserved.as_ref().map(|reserved| reserved.get())
    }

    fn visit_reserved(&self, visitor: &mut impl FnMut(&Arc<ReservedBytes>)) {
        self.reserved.iter().for_each(&mut *visitor);
        self.below.values().for_each(|groups| groups.visit_reserved(visitor));
    }
}

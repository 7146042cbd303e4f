//! Locks that a forked child can have.
//!
//! A child has one thread, a copy of the one that forked. A lock that another thread held during the fork stays locked in the child, and
//! what it guards may be half changed. So a thread that forks waits until nobody holds a lock of this library, and nobody takes one until
//! the process is copied:
//!
//! ```text
//! a thread that takes a lock                     the thread that forks
//! 1. HOLDERS + 1                                 a. FORKING := true
//! 2. FORKING?  then HOLDERS - 1, wait, again     b. wait until HOLDERS is what this thread holds itself
//! 3. … locked …                                  c. the process is copied
//! 4. HOLDERS - 1                                 d. FORKING := false, in both
//! ```
//!
//! All are in one order that every thread agrees on, so if 2 reads `false`, 1 comes before b, which waits for 4. No code of a user's runs
//! in 3, so that does not take long.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::thread;

static FORKING: AtomicBool = AtomicBool::new(false);

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// How many threads hold a lock.
static HOLDERS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Whether this thread is one of the [`HOLDERS`].
    static IS_HOLDER: Cell<bool> = const { Cell::new(false) };

    /// Whether it is forking: a handler of the program's may take a lock meanwhile.
    static IS_FORKING: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the process from being forked by other threads until dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct NoFork {
    /// Only the first of a thread is counted: what waited for the others would wait for this thread.
    is_first: bool,
}

impl NoFork {
    pub(crate) fn new() -> Self {
        register();
        if IS_HOLDER.get() || IS_FORKING.get() {
            return Self { is_first: false };
        }
        HOLDERS.fetch_add(1, Ordering::SeqCst);
        while FORKING.load(Ordering::SeqCst) {
            HOLDERS.fetch_sub(1, Ordering::SeqCst);
            wait_while(|| FORKING.load(Ordering::SeqCst));
            HOLDERS.fetch_add(1, Ordering::SeqCst);
        }
        IS_HOLDER.set(true);
        Self { is_first: true }
    }
}

impl Drop for NoFork {
    fn drop(&mut self) {
        if self.is_first {
            IS_HOLDER.set(false);
            HOLDERS.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// How often the process was forked from another, counting from where this library was loaded: another number than before means that this is
/// a child, and that the threads of before are not here.
#[inline]
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// Returns once the handlers are registered: at the latest when this is called first, which is too late for a fork under way. Threads
/// that come here at the same time may all register them, so that none waits for another; they do nothing the second time.
extern "C" fn register() {
    static DONE: AtomicBool = AtomicBool::new(false);
    if !DONE.load(Ordering::Relaxed) {
        platform::around_fork(prepare, in_parent, in_child);
        DONE.store(true, Ordering::Relaxed);
    }
}

extern "C" fn prepare() {
    if IS_FORKING.replace(true) {
        return;
    }
    wait_while(|| FORKING.swap(true, Ordering::SeqCst));
    wait_while(|| HOLDERS.load(Ordering::SeqCst) > usize::from(IS_HOLDER.get()));
}

extern "C" fn in_parent() {
    if IS_FORKING.replace(false) {
        FORKING.store(false, Ordering::SeqCst);
    }
}

extern "C" fn in_child() {
    if IS_FORKING.get() {
        // Others may have been between 1 and 2.
        HOLDERS.store(usize::from(IS_HOLDER.get()), Ordering::SeqCst);
        GENERATION.fetch_add(1, Ordering::Relaxed);
    }
    in_parent();
}

fn wait_while(condition: impl Fn() -> bool) {
    while condition() {
        thread::yield_now();
    }
}

/// Registers the handlers before `main`, so that no fork is under way. They then run closest to the copying, inside those of the program.
///
/// The loader calls each function whose address is in this section, without or with arguments: System V ABI (generic), "Initialization
/// and Termination Functions"; for Mach-O, `S_MOD_INIT_FUNC_POINTERS` in `mach-o/loader.h`.
#[cfg(unix)]
#[used]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
static AT_START: extern "C" fn() = register;

#[cfg(unix)]
mod platform {
    /// Does nothing where there is no memory to remember them.
    pub(super) fn around_fork(
        prepare: extern "C" fn(),
        in_parent: extern "C" fn(),
        in_child: extern "C" fn(),
    ) {
        // SAFETY: the functions take nothing and may be called at any time.
        unsafe { libc::pthread_atfork(Some(prepare), Some(in_parent), Some(in_child)) };
    }
}

#[cfg(not(unix))]
mod platform {
    /// There is no `fork`.
    pub(super) fn around_fork(_: extern "C" fn(), _: extern "C" fn(), _: extern "C" fn()) {}
}

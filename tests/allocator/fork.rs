//! A process forks while others of its threads use the groups and the components of the program. The child has only the thread that
//! forked, and a lock that another one held would be held for ever there; it can do all that its parent can.

#![cfg(unix)]

use std::alloc::System;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, TrackingAllocator};
use memory_accounting::{ComponentRegistry, MemoryGrant};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Of 67 children of a registry with an ordinary lock, 3 hung.
const CHILDREN: usize = 200;

/// A child that hangs is ended by the system, and so is this process, should a handler hang in it.
const SECONDS: libc::c_uint = 120;
const SECONDS_IN_ALL: libc::c_uint = 600;

fn use_groups(name: &str) -> bool {
    let registry = AllocationGroupRegistry::global();
    let group = registry.register_allocation_group(name);
    let block = group.scope(|| Box::new([0_u8; 100]));
    let mut listed = 0;
    registry.visit_allocation_groups(|visited, stats| {
        listed += usize::from(visited == name && stats.snapshot().live_bytes() == 100);
    });
    let peak = group.peak_bytes();
    drop(block);
    let found = registry.find_allocation_group(name) == Some(group) && group.name() == name;
    found && listed == 1 && peak >= 100 && registry.remove_allocation_group(group)
}

/// Runs `child` in a child process, and returns how that ended.
#[expect(unsafe_code, reason = "forks")]
fn fork(child: impl FnOnce() -> bool) -> libc::c_int {
    // SAFETY: the child goes on with a copy of this thread, and ends below.
    match unsafe { libc::fork() } {
        -1 => panic!("no child: {}", std::io::Error::last_os_error()),
        0 => {
            // SAFETY: only asks for a signal.
            unsafe { libc::alarm(SECONDS) };
            let succeeded = child();
            // SAFETY: ends the child without running what the parent registered for its end.
            unsafe { libc::_exit(i32::from(!succeeded)) }
        }
        pid => {
            let mut status = 0;
            // SAFETY: a child of this process, and a place of ours.
            assert_eq!(unsafe { libc::waitpid(pid, &raw mut status, 0) }, pid);
            status
        }
    }
}

/// Forks until a child fails, while other threads do `work` again and again; the children do it too.
fn fork_while(work: impl Fn(&str) -> bool + Sync) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for name in ["first of the parent", "second of the parent"] {
            let (done, work) = (&done, &work);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    assert!(work(name));
                }
            });
        }
        let failed = (0..CHILDREN).map(|_| fork(|| work("of the child"))).find(|status| *status != 0);
        done.store(true, Ordering::Relaxed);
        assert_eq!(failed, None, "how the first child ended that failed or hung");
    });
}

/// What a program may do around its own forks.
extern "C" fn handler() {
    let group = AllocationGroupRegistry::global().register_allocation_group("of a handler");
    group.reset_peak();
}

/// Where the library's own handlers run closer to the copying than the program's, as they do when they are registered before `main`,
/// other threads may use it too.
extern "C" fn wait_for_a_thread() {
    handler();
    thread::spawn(|| handler()).join().expect("a thread");
}

extern "C" fn handler_of_child() {
    // SAFETY: only asks for a signal.
    #[expect(unsafe_code, reason = "ends a child that hangs")]
    unsafe {
        libc::alarm(SECONDS)
    };
    wait_for_a_thread();
}

/// Before the library is used the first time.
fn register_handlers() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        #[expect(unsafe_code, reason = "registers handlers")]
        // SAFETY: only asks for a signal; the functions take nothing and may be called at any time.
        let failed = unsafe {
            libc::alarm(SECONDS_IN_ALL);
            libc::pthread_atfork(Some(wait_for_a_thread), Some(wait_for_a_thread), Some(handler_of_child))
        };
        assert_eq!(failed, 0);
    });
}

#[test]
fn groups_are_registered_listed_and_removed_in_a_child() {
    register_handlers();
    fork_while(use_groups);
}

#[test]
fn components_are_registered_read_and_removed_in_a_child() {
    register_handlers();
    let registry = ComponentRegistry::default();
    fork_while(|name| {
        let component = registry.get_or_create(name);
        component.bounds_builder().minimum().with_fixed_amount("buffer", 10);
        let verified = registry.verify_bounds(MemoryGrant::effective(1 << 20).expect("a grant"));
        let held = component.token().scope(|| Box::new([0_u8; 100]));
        let live = component.usage().live.map(|live| live.bytes);
        drop(held);
        verified.is_ok() && live == Some(100) && registry.remove(name).is_ok()
    });
}

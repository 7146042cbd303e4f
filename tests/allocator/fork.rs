//! A process forks while another of its threads registers, lists and removes groups. The child has only the thread that forked, and whatever
//! that other thread held is held for ever there; it can do all of it as well.

#![cfg(unix)]

use std::alloc::System;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Of 67 children of a registry with an ordinary lock, 3 hung.
const CHILDREN: usize = 500;

/// A child that hangs is ended by the system.
const SECONDS: libc::c_uint = 20;

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

#[test]
fn groups_are_registered_listed_and_removed_in_a_child() {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for name in ["first of the parent", "second of the parent"] {
            let done = &done;
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    assert!(use_groups(name));
                }
            });
        }
        let failed = (0..CHILDREN).map(|_| fork(|| use_groups("of the child"))).find(|status| *status != 0);
        done.store(true, Ordering::Relaxed);
        assert_eq!(failed, None, "how the first child ended that failed or hung");
    });
}

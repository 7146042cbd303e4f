//! The first backtrace is charged to the root, not to the component that panics.
//!
//! A process prints its first backtrace once, so each case is a process of its own: this program again, with backtraces turned on. In it
//! a component panics and is caught, and what its group holds afterwards is printed.

use std::alloc::System;
use std::env;
use std::panic;
use std::process::Command;

use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, TrackingAllocator, install_panic_hook,
};
use memory_accounting::testing::measure;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Says that this is a process of its own.
const ALONE: &str = "PANIC_HOOK_ALONE";

/// What a group may hold after a panic that it was not charged for.
const NOTHING_MUCH: usize = 4096;

/// The bytes that `case`, run alone in a process that prints backtraces, finds in the group of the component.
fn alone(case: &str) -> usize {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", case, "--nocapture"])
        .env(ALONE, "")
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    let (printed, panicked) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(panicked.contains("stack backtrace:"), "{printed}\n{panicked}");
    let bytes = printed.split("left in the group: ").nth(1).and_then(|rest| rest.lines().next());
    bytes.unwrap_or_else(|| panic!("{printed}\n{panicked}")).parse().unwrap()
}

fn is_alone() -> bool {
    env::var_os(ALONE).is_some()
}

fn caught_panic() {
    assert!(panic::catch_unwind(|| panic!("a broken line")).is_err());
}

fn component() -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_allocation_group("component")
}

fn say(bytes: usize) {
    println!("\nleft in the group: {bytes}");
}

/// Without it there would be nothing to test.
#[test]
fn a_component_is_charged_with_the_first_backtrace() {
    if is_alone() {
        let component = component();
        component.scope(caught_panic);
        return say(component.stats().live_bytes());
    }
    let left = alone("a_component_is_charged_with_the_first_backtrace");
    assert!(left > 100 * NOTHING_MUCH, "{left} bytes");
}

#[test]
fn with_the_hook_the_root_is() {
    if is_alone() {
        install_panic_hook();
        let component = component();
        component.scope(caught_panic);
        return say(component.stats().live_bytes());
    }
    let left = alone("with_the_hook_the_root_is");
    assert!(left < NOTHING_MUCH, "{left} bytes");
}

#[test]
fn the_testing_kit_installs_it() {
    if is_alone() {
        return say(measure(caught_panic).unwrap().live);
    }
    let left = alone("the_testing_kit_installs_it");
    assert!(left < NOTHING_MUCH, "{left} bytes");
}

#[test]
fn the_hook_from_before_is_called_in_the_root_and_the_group_is_left_as_it_was() {
    if is_alone() {
        let default = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
            default(panic);
        }));
        install_panic_hook();
        let component = component();
        component.scope(|| {
            caught_panic();
            assert_eq!(AllocationGroupToken::current(), component);
        });
        return say(component.stats().live_bytes());
    }
    alone("the_hook_from_before_is_called_in_the_root_and_the_group_is_left_as_it_was");
}

/// Hooks cannot be set there, and trying to would abort.
#[test]
fn in_a_thread_that_panics_it_does_nothing() {
    struct Late;

    impl Drop for Late {
        fn drop(&mut self) {
            install_panic_hook();
        }
    }

    let panicked = std::thread::spawn(|| {
        let _late = Late;
        panic!("the thread ends");
    });
    assert!(panicked.join().is_err());
}

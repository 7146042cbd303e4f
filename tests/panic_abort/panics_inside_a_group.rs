//! A thread that panics inside of a group. Where panics unwind this program ends well, and where they abort it does not end here.

use std::alloc::System;
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

fn main() {
    let group = AllocationGroupRegistry::global().register_allocation_group("where it panics");
    let work = group.wrap(|| {
        let held = String::from("on purpose");
        // The message is made, and shown, with the group still current.
        panic!("{held}, in the group {:?}", AllocationGroupToken::current().name());
    });
    let ended = thread::spawn(work).join();
    println!("the panic was caught: {}", ended.is_err());
}

//! What the registry says about live memory, where a tracking allocator is installed.

use std::alloc::System;
use std::sync::{Mutex, MutexGuard, PoisonError};

use memory_accounting::allocator::TrackingAllocator;
use memory_accounting::{ComponentRegistry, MemoryBounds, MemoryBoundsBuilder};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Totals are those of the process, so one test at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// More than everything else in this process together.
const BLOCK: usize = 64 << 20;

struct Declared(usize);

impl MemoryBounds for Declared {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("block", self.0);
    }
}

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The process's live bytes and the root's own, in blocks.
fn blocks(registry: &ComponentRegistry) -> (usize, usize) {
    let usage = registry.root().usage();
    (usage.total_live.unwrap().bytes / BLOCK, usage.live.unwrap().bytes / BLOCK)
}

#[test]
fn what_a_component_holds_is_its_own_and_part_of_the_whole() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let component = registry.register("usage.a", &Declared(BLOCK));
    let block = component.token().scope(|| vec![0_u8; BLOCK]);
    assert_eq!(component.usage().live.unwrap().bytes, BLOCK);
    assert_eq!(blocks(&registry), (1, 0));
    drop(block);
    assert_eq!(blocks(&registry), (0, 0));
}

#[test]
fn what_a_component_holds_after_a_reset_above_it_is_the_roots() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let component = registry.register("reset.b", &Declared(BLOCK));
    let _block = component.token().scope(|| vec![0_u8; BLOCK]);
    registry.get_or_create("reset").bounds_builder().reset();
    assert_eq!(blocks(&registry), (1, 1));

    registry.register("reset.b", &Declared(BLOCK));
    assert_eq!(blocks(&registry), (1, 0));
}

#[test]
fn what_is_allocated_through_an_old_handle_after_removal_is_the_roots() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let component = registry.register("removed", &Declared(BLOCK));
    registry.remove("removed").unwrap();
    let _block = component.token().scope(|| vec![0_u8; BLOCK]);
    assert_eq!(blocks(&registry), (1, 1));
}

#[test]
fn a_component_called_root_is_not_the_root() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    registry.bounds_builder().with_subcomponent("root", &Declared(BLOCK));
    let component = registry.find("root.root").unwrap();
    assert_eq!(component.full_name(), "root.root");
    let _block = component.token().scope(|| vec![0_u8; BLOCK]);
    assert_eq!(blocks(&registry), (1, 0));
    assert_eq!(component.usage().live.unwrap().bytes, BLOCK);
}

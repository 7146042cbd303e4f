//! The guard, and what is measured.

use std::alloc::System;

use memory_accounting::ComponentBounds;
use memory_accounting::allocator::TrackingAllocator;
use memory_accounting::testing::{
    BoundsReport, TighterBounds, assert_bounds_unchanged, assert_within_bounds,
};

use crate::gateway::{Gateway, Load, Settings};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Where this fails, `UPDATE_BOUNDS=1 cargo test …` accepts what is declared, and the pull request shows it.
#[test]
fn the_bounds_are_those_that_were_reviewed() {
    assert_bounds_unchanged("guarded/bounds.json", &ComponentBounds::of(&Settings::default()));
}

/// What the service holds under a load, as it is set by default.
fn measured(load: Load) -> BoundsReport {
    let settings = Settings::default();
    assert_within_bounds(&settings, |_| {
        let mut gateway = Gateway::new(&settings);
        gateway.serve(load);
        gateway.held()
    })
}

/// The sessions are there from the start, so it is the cache that could declare less.
#[test]
fn after_the_known_loads_the_cache_could_declare_less() {
    let day = measured(Load { clients: 300, answers: 512, answer_bytes: 1024 });
    let flood = measured(Load { clients: 2000, answers: 4000, answer_bytes: 4096 });
    let tighter = TighterBounds::after([("a day", &day), ("a flood", &flood)]).expect("much is left");
    assert_eq!(
        tighter.to_string(),
        "declares 12.1 MiB, never held more than 2.1 MiB in 2 workloads: a day, a flood (the most)
2.6 MiB would hold that with a quarter to spare; each of these would declare that, where it will do:
  cache:max_answer_bytes = 5,158 in place of 24,576 declares 2.6 MiB
  cache:max_answers = 108 in place of 512 declares 2.6 MiB"
    );
}

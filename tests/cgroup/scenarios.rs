//! What a limiter promises.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::confined::{Confined, End, Outcome, Program};
use crate::group::MemoryGroup;
use crate::load::{
    CONNECTIONS, EIGHT_PRODUCERS, Load, MANY_PRODUCERS, MANY_PRODUCERS_OF_LARGE_BLOCKS, PACED_PRODUCERS,
    Progress,
};
use crate::policy::Policy;
use crate::programs::{Burst, Calls, Child, FilePages, Fork, Forked, Hold};
use crate::run::{Test, rounds};
use crate::size::MEBIBYTE;

pub(crate) const TESTS: &[Test] = &[
    ("8_producers_survive", || survive(&POLICIES, &EIGHT_PRODUCERS)),
    ("8_paced_producers_survive", || survive(&POLICIES, &PACED_PRODUCERS)),
    ("256_producers_survive", || survive(&POLICIES, &MANY_PRODUCERS)),
    // Callers that wait do not say how much they take, and all of them together may take a quarter of this memory at once.
    ("256_producers_of_large_blocks_survive", || {
        survive(&[Policy::Reserve], &MANY_PRODUCERS_OF_LARGE_BLOCKS);
    }),
    ("500_connections_survive", || survive(&POLICIES, &CONNECTIONS)),
    ("a_lower_limit_is_kept_to", a_lower_limit_is_kept_to),
    ("another_process_counts", another_process_counts),
    ("all_is_open_within_a_second_after_a_burst", all_is_open_within_a_second_after_a_burst),
    ("pages_of_files_are_no_pressure", pages_of_files_are_no_pressure),
    ("a_child_makes_its_own_limiter", || a_child_goes_on(Child::OfItsOwn)),
    ("a_child_does_not_wait_for_ever_for_its_parents", || a_child_goes_on(Child::OfParent)),
];

/// What callers of ours may do.
const POLICIES: [Policy; 2] = [Policy::Wait, Policy::Reserve];

/// The least part of what the drain can take that it is to get.
const DRAINED: f64 = 0.95;

const LIMIT_BYTES: usize = 128 * MEBIBYTE;

fn survive(policies: &[Policy], load: &Load) {
    for policy in policies {
        for _ in 0..rounds() {
            let load = Load { policy: *policy, ..*load };
            assert_held(&load.in_group(), &load);
        }
    }
}

fn assert_held(outcome: &Outcome<Progress>, load: &Load) {
    println!("     {}: {outcome}", load.policy);
    assert_eq!(outcome.end, End::Survived);
    let Progress { drained_share, overshoot_bytes, grant_bytes, .. } = outcome.last;
    assert!(drained_share >= DRAINED);
    let most = match load.policy {
        // What threads have allocated and not reported yet.
        Policy::Reserve => grant_bytes / 100,
        // Each may have been let through when only one of them had room for its block.
        _ => load.producers * load.block_bytes,
    };
    assert!(overshoot_bytes <= most);
}

fn a_lower_limit_is_kept_to() {
    for policy in POLICIES {
        let group = MemoryGroup::new(LIMIT_BYTES).unwrap();
        let load = Load {
            policy,
            inflow_bytes: Some(EIGHT_PRODUCERS.drain_bytes),
            // A new limit takes effect within five seconds.
            flat_out_after_milliseconds: Some(6_000),
            milliseconds: 9_000,
            ..EIGHT_PRODUCERS
        };
        let outcome = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(500));
                group.set_limit(LIMIT_BYTES / 2).unwrap();
            });
            load.inside(&group)
        });
        assert_held(&outcome, &load);
    }
}

fn another_process_counts() {
    for policy in POLICIES {
        let group = MemoryGroup::new(LIMIT_BYTES).unwrap();
        let mut other = Confined::start(&group, &Hold { bytes: 60 * MEBIBYTE });
        assert_eq!(other.report(), Some(()));
        let load = Load { policy, ..EIGHT_PRODUCERS };
        assert_held(&load.inside(&group), &load);
        assert_eq!(group.oom_kills(), 0);
    }
}

/// What `program` reports, which survives.
fn report<P: Program>(program: &P) -> P::Report {
    let group = MemoryGroup::new(LIMIT_BYTES).unwrap();
    let outcome = Confined::start(&group, program).outcome();
    assert_eq!((outcome.end, group.oom_kills()), (End::Survived, 0));
    outcome.last
}

/// Memory that the allocator keeps is memory for the next block.
fn all_is_open_within_a_second_after_a_burst() {
    for policy in POLICIES {
        let calls: Calls = report(&Burst { policy, limit_bytes: LIMIT_BYTES, freed_bytes: 104 * MEBIBYTE });
        println!("     {policy}: {calls}");
        assert!(calls.waited.max(calls.open_after) <= Duration::from_secs(1));
    }
}

fn pages_of_files_are_no_pressure() {
    for policy in POLICIES {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cgroup-file-pages");
        let file_bytes = 100 * MEBIBYTE;
        let calls: Calls = report(&FilePages { policy, limit_bytes: LIMIT_BYTES, file, file_bytes });
        println!("     {policy}: {calls}");
        assert_eq!(calls.held_back, 0);
    }
}

fn a_child_goes_on(child: Child) {
    for policy in POLICIES {
        let held_bytes = 104 * MEBIBYTE;
        let Forked { child_went_on } = report(&Fork { policy, limit_bytes: LIMIT_BYTES, held_bytes, child });
        assert!(child_went_on);
    }
}

//! What the other tests rest on: without a limiter, or with one that polls, each of these goes wrong; and nothing goes wrong but
//! for want of memory.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::confined::{Confined, End, Program};
use crate::group::MemoryGroup;
use crate::load::{
    CONNECTIONS, EIGHT_PRODUCERS, Load, MANY_PRODUCERS, MANY_PRODUCERS_OF_LARGE_BLOCKS, PACED_PRODUCERS,
};
use crate::policy::Policy;
use crate::programs::{Burst, Calls, FilePages, Hold};
use crate::run::Test;
use crate::size::MEBIBYTE;

pub(crate) const TESTS: &[Test] = &[
    ("a_load_that_fits_survives", a_load_that_fits_survives),
    ("without_a_limiter_8_producers_are_killed", eight_producers_are_killed),
    ("without_a_limiter_256_producers_are_killed", many_producers_are_killed),
    ("without_a_limiter_500_connections_are_killed", connections_are_killed),
    ("without_a_limiter_a_lower_limit_kills", a_lower_limit_kills),
    ("without_a_limiter_another_process_takes_its_part", another_process_takes_its_part),
    ("a_limiter_that_polls_stays_closed_after_a_burst", polling_stays_closed_after_a_burst),
    ("a_limiter_that_polls_takes_a_mapped_file_for_use", polling_takes_a_mapped_file_for_use),
];

/// The same producers at half of what the drain takes: the group and the program themselves kill nobody.
fn a_load_that_fits_survives() {
    let outcome = Load { inflow_bytes: Some(EIGHT_PRODUCERS.drain_bytes / 2), ..EIGHT_PRODUCERS }.in_group();
    println!("     {outcome}");
    assert_eq!(outcome.end, End::Survived);
    let share = outcome.last.drained_share;
    assert!((0.45..=0.51).contains(&share), "drained {share} of what it could, and half was brought in");
}

fn assert_killed(load: &Load) {
    let outcome = load.in_group();
    println!("     {outcome}");
    assert_eq!(outcome.end, End::Killed);
}

fn eight_producers_are_killed() {
    for _ in 0..3 {
        assert_killed(&EIGHT_PRODUCERS);
        assert_killed(&PACED_PRODUCERS);
    }
}

fn many_producers_are_killed() {
    assert_killed(&MANY_PRODUCERS);
    assert_killed(&MANY_PRODUCERS_OF_LARGE_BLOCKS);
}

fn connections_are_killed() {
    assert_killed(&CONNECTIONS);
}

/// The limit is lowered while next to nothing is in use, which the first version of control groups asks for.
fn a_lower_limit_kills() {
    let group = MemoryGroup::new(EIGHT_PRODUCERS.limit_bytes).unwrap();
    let inflow_bytes = Some(EIGHT_PRODUCERS.drain_bytes / 2);
    let load = Load { inflow_bytes, flat_out_after_milliseconds: Some(1_000), ..EIGHT_PRODUCERS };
    let outcome = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(500));
            group.set_limit(EIGHT_PRODUCERS.limit_bytes / 2).unwrap();
        });
        load.inside(&group)
    });
    println!("     {outcome}");
    assert_eq!(outcome.end, End::Killed);
    assert!(outcome.last.peak_live_bytes <= EIGHT_PRODUCERS.limit_bytes / 2);
}

/// Less than is left, so that the kernel kills not this one.
const OTHER_BYTES: usize = 40 * MEBIBYTE;

fn another_process_takes_its_part() {
    let group = MemoryGroup::new(EIGHT_PRODUCERS.limit_bytes).unwrap();
    let mut other = Confined::start(&group, &Hold { bytes: OTHER_BYTES });
    assert_eq!(other.report(), Some(()));
    let outcome = EIGHT_PRODUCERS.inside(&group);
    println!("     {outcome}");
    assert_eq!(outcome.end, End::Killed);
    assert!(outcome.last.peak_live_bytes <= EIGHT_PRODUCERS.limit_bytes - OTHER_BYTES);
}

/// How open the limiter of `program` is, which survives.
fn calls_of<P: Program<Report = Calls>>(limit_bytes: usize, program: &P) -> Calls {
    let group = MemoryGroup::new(limit_bytes).unwrap();
    let outcome = Confined::start(&group, program).outcome::<Calls>();
    println!("     {outcome}");
    assert_eq!(outcome.end, End::Survived);
    outcome.last
}

/// What was freed stays resident.
fn polling_stays_closed_after_a_burst() {
    let limit_bytes = 128 * MEBIBYTE;
    let calls =
        calls_of(limit_bytes, &Burst { policy: Policy::Polling, limit_bytes, freed_bytes: 104 * MEBIBYTE });
    assert_eq!(calls.held_back, calls.made);
}

fn polling_takes_a_mapped_file_for_use() {
    let limit_bytes = 128 * MEBIBYTE;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cgroup-file-pages");
    let file_bytes = 100 * MEBIBYTE;
    let calls = calls_of(limit_bytes, &FilePages { policy: Policy::Polling, limit_bytes, file, file_bytes });
    assert_eq!(calls.held_back, calls.made);
}

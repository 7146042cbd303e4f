//! What threads hold back from what is reported.

use std::sync::Barrier;
use std::thread;

use super::block::Block;
use crate::allocator::process::watermarks;
use crate::allocator::{AllocationGroupRegistry, limits};

const THREADS: usize = 32;

#[test]
fn all_threads_together_hold_back_no_more_than_the_bound() {
    let token = AllocationGroupRegistry::global().register_distinct_allocation_group("held back");
    let reported = || watermarks::of(token.group().id()).bytes().live_bytes();
    let turn = Barrier::new(THREADS + 1);
    // Of the 3,000 bytes that each thread allocates below.
    let bound = 60_000;
    limits::bound_unreported(bound);
    let (live, seen) = thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let _guard = token.enter();
                let first = Block::new(1);
                turn.wait();
                // All threads are there: the share of each is known. More than the batch before.
                drop(Block::new(10_000));
                let held: Vec<Block> = (0..30).map(|_| Block::new(100)).collect();
                turn.wait();
                turn.wait();
                drop((first, held));
            });
        }
        turn.wait();
        turn.wait();
        let seen = (token.stats().live_bytes() as u64, reported());
        turn.wait();
        seen
    });
    limits::bound_unreported(u64::MAX);
    assert_eq!(live, (THREADS * 3001) as u64);
    assert!(seen.abs_diff(live) <= bound, "{seen} of {live}");
}

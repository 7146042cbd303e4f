//! What one thread has allocated in a group, less what it has freed of it.

use std::thread;

use super::block::Block;
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken};

fn register() -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_distinct_allocation_group("measured")
}

/// What `work` allocates in the group of `token`, and what it returns.
fn net_of<R>(token: AllocationGroupToken, work: impl FnOnce() -> R) -> (i64, R) {
    let before = token.thread_net_bytes().expect("counters");
    let result = work();
    (token.thread_net_bytes().expect("counters").wrapping_sub(before), result)
}

#[test]
fn it_is_what_was_allocated_less_what_was_freed() {
    let token = register();
    let (net, kept) = net_of(token, || {
        token.scope(|| {
            drop(Block::new(5000));
            (Block::new(300), Block::new(20))
        })
    });
    assert_eq!(net, 320);
    assert_eq!(net_of(token, || drop(kept)).0, -320);
}

#[test]
fn a_report_changes_nothing() {
    let token = register();
    // More than a batch, which is reported.
    let (net, blocks) = net_of(token, || token.scope(|| [Block::new(1 << 20), Block::new(1 << 20)]));
    assert_eq!((net, net_of(token, || drop(blocks)).0), (2 << 20, -(2 << 20)));
}

#[test]
fn what_nested_scopes_allocate_is_their_own() {
    let (outer, inner) = (register(), register());
    let (of_outer, (of_inner, blocks)) = net_of(outer, || {
        outer.scope(|| {
            let first = Block::new(10);
            let (of_inner, second) = net_of(inner, || inner.scope(|| Block::new(200)));
            (of_inner, [first, second, Block::new(3000)])
        })
    });
    assert_eq!((of_outer, of_inner), (3010, 200));
    drop(blocks);
}

#[test]
fn a_block_of_another_thread_counts_where_it_is_freed() {
    let token = register();
    let (made_here, block) = net_of(token, || token.scope(|| Block::new(700)));
    let freed_there = thread::spawn(move || net_of(token, || drop(block)).0).join().expect("no panic");
    assert_eq!((made_here, freed_there), (700, -700));
    let (nothing, ()) = net_of(token, || {
        let other = thread::spawn(move || drop(token.scope(|| Block::new(40))));
        other.join().expect("no panic");
    });
    assert_eq!(nothing, 0);
}

#[test]
fn a_reallocation_moves_its_block_to_the_current_group() {
    let (from, to) = (register(), register());
    let mut block = from.scope(|| Block::new(100));
    let (left, (arrived, ())) = net_of(from, || net_of(to, || to.scope(|| block.resize(250))));
    assert_eq!((left, arrived), (-100, 250));
    drop(block);
}

#[test]
fn nothing_is_known_of_a_group_whose_slot_is_anothers() {
    let token = register();
    assert!(token.thread_net_bytes().is_some());
    assert!(AllocationGroupRegistry::global().remove_allocation_group(token));
    // Nothing of it is alive and nobody inside, so its slot is no longer its own.
    assert_eq!(token.thread_net_bytes(), None);
}

//! Counts across threads: made here and freed there, during the life of a thread and at its end.

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot};

fn group(name: &str) -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_allocation_group(name)
}

#[test]
fn thousands_of_short_threads_end_at_zero() {
    const BATCHES: usize = 100;
    const THREADS: usize = 50;
    let group = group("short threads");
    for _ in 0..BATCHES {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                thread::spawn(move || {
                    group.scope(|| {
                        drop(black_box(vec![1_u8; 10]));
                        drop(black_box(vec![2_u8; 20]));
                        black_box(vec![3_u8; 30])
                    })
                })
            })
            .collect();
        let left: Vec<Vec<u8>> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (30 * THREADS, THREADS));
        drop(left);
        assert_eq!(group.stats().live_objects(), 0);
    }
    let objects = (3 * BATCHES * THREADS) as u64;
    assert_eq!(
        group.stats(),
        AllocationStatsSnapshot {
            allocated_bytes: 20 * objects,
            allocated_objects: objects,
            deallocated_bytes: 20 * objects,
            deallocated_objects: objects,
        }
    );
}

#[test]
fn a_block_freed_by_another_thread_is_uncounted_from_its_group() {
    let (maker, freer) = (group("maker thread"), group("freeing thread"));
    let blocks: Vec<Vec<u8>> = (1..=100).map(|size| maker.scope(|| black_box(vec![0_u8; size]))).collect();
    assert_eq!(maker.stats().live_bytes(), 5050);
    thread::spawn(move || freer.scope(|| drop(blocks))).join().expect("no panic");
    assert_eq!(maker.stats().deallocated_bytes, 5050);
    assert_eq!(maker.stats().deallocated_objects, 100);
    assert_eq!(freer.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn a_group_is_current_on_the_thread_that_entered_it_and_no_other() {
    let group = group("entered once");
    let _guard = group.enter();
    let elsewhere = thread::spawn(AllocationGroupToken::current).join().expect("no panic");
    assert_eq!(elsewhere, AllocationGroupToken::root());
    assert_eq!(AllocationGroupToken::current(), group);
}

#[test]
fn wrapped_work_counts_to_its_group_on_any_thread() {
    let group = group("wrapped");
    let work = group.wrap(|| (AllocationGroupToken::current(), black_box(vec![0_u8; 33])));
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
    let (current, block) = thread::spawn(work).join().expect("no panic");
    assert_eq!((current, block.len(), group.stats().live_bytes()), (group, 33, 33));
    drop(block);
    assert_eq!(group.stats().live_bytes(), 0);
}

/// Frees what it holds and allocates once more when its thread ends, and so does what it then creates.
struct AtTheEnd {
    group: AllocationGroupToken,
    held: Option<Vec<u8>>,
    again: bool,
}

thread_local! {
    static FIRST: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
    static SECOND: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
}

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        self.group.scope(|| drop(black_box(vec![0_u8; 1000])));
        self.held = None;
        if self.again {
            let held = Some(self.group.scope(|| black_box(vec![0_u8; 10])));
            let next = Self { group: self.group, held, again: false };
            SECOND.with(|second| second.replace(Some(next)));
        }
    }
}

#[test]
fn destructors_of_thread_locals_are_counted() {
    let group = group("destructors");
    for _ in 0..20 {
        thread::spawn(move || {
            let held = Some(group.scope(|| black_box(vec![0_u8; 100])));
            FIRST.with(|first| first.replace(Some(AtTheEnd { group, held, again: true })));
        })
        .join()
        .expect("no panic");
    }
    let bytes = 20 * (100 + 1000 + 10 + 1000);
    assert_eq!(
        group.stats(),
        AllocationStatsSnapshot {
            allocated_bytes: bytes,
            allocated_objects: 80,
            deallocated_bytes: bytes,
            deallocated_objects: 80,
        }
    );
}

#[test]
fn nothing_ever_looks_freed_more_often_than_made() {
    let group = group("watched");
    let done = AtomicBool::new(false);
    let (sender, receiver) = mpsc::sync_channel::<Vec<u8>>(64);
    thread::scope(|scope| {
        scope.spawn(move || {
            for size in 0..50_000 {
                let block = group.scope(|| black_box(vec![0_u8; size % 100 + 1]));
                sender.send(block).expect("the receiver lives until all is sent");
            }
        });
        scope.spawn(|| {
            receiver.into_iter().for_each(drop);
            done.store(true, Ordering::Release);
        });
        while !done.load(Ordering::Acquire) {
            let stats = group.stats();
            assert!(stats.allocated_bytes >= stats.deallocated_bytes, "{stats:?}");
            assert!(stats.allocated_objects >= stats.deallocated_objects, "{stats:?}");
        }
    });
    assert_eq!((group.stats().allocated_objects, group.stats().live_bytes()), (50_000, 0));
}

/// Steps of a small generator, so that a failure can be repeated.
fn next_random(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).expect("31 bits")
}

#[test]
fn random_work_on_many_threads_ends_at_zero_for_every_group() {
    const THREADS: usize = 8;
    let groups: Vec<_> = (0..200).map(|index| group(&format!("random {index}"))).collect();
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..THREADS).map(|_| mpsc::channel::<Vec<u8>>()).unzip();
    thread::scope(|scope| {
        for (seed, receiver) in (0..).zip(receivers) {
            let (senders, groups) = (senders.clone(), &groups);
            scope.spawn(move || {
                let mut random = seed;
                let mut held: Vec<Vec<u8>> = Vec::new();
                for _ in 0..20_000 {
                    let group = groups[next_random(&mut random) % groups.len()];
                    // Most are small, and some are more than a page.
                    let most = [30, 3000, 9000][next_random(&mut random) % 3];
                    let size = next_random(&mut random) % most + 1;
                    let at = next_random(&mut random) % (held.len() + 1);
                    match next_random(&mut random) % 4 {
                        0 => held.push(group.scope(|| Vec::with_capacity(size))),
                        1 => held.push(group.scope(|| vec![0; size])),
                        2 if at < held.len() => group.scope(|| held[at].reserve_exact(size)),
                        _ if at < held.len() => {
                            let to = next_random(&mut random) % THREADS;
                            // A thread that is done already has dropped its receiver, and `send` drops the block.
                            let _ = senders[to].send(held.swap_remove(at));
                        }
                        _ => {}
                    }
                    receiver.try_iter().take(2).for_each(drop);
                }
            });
        }
        drop(senders);
    });
    let mut all = AllocationStatsSnapshot::empty();
    for group in groups {
        assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (0, 0), "{}", group.name());
        all.merge(&group.stats());
    }
    assert!(all.allocated_objects >= (THREADS * 5_000) as u64, "{all:?}");
}

#[cfg(unix)]
#[test]
fn a_forked_child_counts_on_from_its_parent() {
    use std::io::{Error, ErrorKind};
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    let group = group("forked");
    let block = group.scope(|| black_box(vec![0_u8; 100]));
    let mut command = Command::new("true");
    let in_child = move || {
        let before = group.stats().live_bytes();
        let more = group.scope(|| black_box(vec![0_u8; 50]));
        let with_more = group.stats().live_bytes();
        drop(more);
        if (before, with_more, group.stats().live_bytes()) == (100, 150, 100) {
            Ok(())
        } else {
            Err(Error::from(ErrorKind::InvalidData))
        }
    };
    #[expect(unsafe_code, reason = "runs code in a forked child")]
    // SAFETY: takes no lock of this program. It allocates, which glibc allows after `fork`; mimalloc does not say so, but takes
    // no lock for a block of a size that the thread has just freed.
    unsafe {
        command.pre_exec(in_child);
    }
    drop(black_box(vec![0_u8; 50]));
    let status = command.status().expect("the child counted right");
    assert!(status.success());
    assert_eq!(group.stats().live_bytes(), 100);
    drop(block);
    assert_eq!(group.stats().allocated_objects, 1);
}

//! The `mpsc` channel of `tokio` into which several threads send at the same time.
//!
//! What threads do to each other in it is a matter of when each is suspended, which no test of the channel itself decides. So there
//! is a model of its list of blocks, in which every step that a thread or the receiver takes is one, and the test says whose is
//! next: blocks are small, threads are suspended for long, at random, and the number of blocks is held against the rule. The
//! channel itself is held against it with threads that run free.

use std::task::{Context, Waker};
use std::thread;

use memory_accounting::{Container, SendingThreads, UsageExpr};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::items::{Item, Random, for_all_items};
use crate::measured::{Meter, bound};
use crate::mpsc_model::{List, Next, Thread};

/// The rule, with blocks of any size.
fn rule(block_size: usize, items: usize, threads: usize) -> usize {
    items.div_ceil(block_size) + (2 * items).div_ceil(block_size) + 2 * threads + 1
}

/// The most blocks while threads and the receiver take steps at random, and are suspended now and then.
fn at_random(block_size: usize, items: usize, threads: usize, seed: usize) -> usize {
    let mut random = Random::seeded(seed);
    let (mut list, mut threads) = (List::new(block_size, items), vec![Thread::default(); threads]);
    let (one_in, long, receiving) = (
        [3, 10, 50, 1000][random.below(4)],
        [10, 50, 300, 2000][random.below(4)],
        [1, 2, 8, 32][random.below(4)],
    );
    let mut most = 0;
    for _ in 0..15_000 {
        let count = threads.len();
        match threads.get_mut(random.below(count + receiving)) {
            None => list.receive(),
            Some(thread) if thread.suspended > 0 => thread.suspended -= 1,
            Some(thread) => {
                thread.step(&mut list);
                if thread.next != Next::Claim && random.below(one_in) == 0 {
                    thread.suspended = random.below(long);
                }
            }
        }
        most = most.max(list.allocated());
    }
    most
}

#[test]
fn no_order_of_steps_takes_more_blocks_than_the_rule_says() {
    let mut tightest = 0.0_f64;
    for (block_size, threads) in [(2, 1), (2, 2), (3, 3), (4, 2), (4, 3), (4, 4), (8, 8)] {
        for items in [1, 2, 3, 4, 5, 8, 13, 17, 32, 33] {
            let most =
                (0..40).map(|seed| at_random(block_size, items, threads, seed * 101 + items)).max().unwrap();
            let rule = rule(block_size, items, threads);
            assert!(
                most <= rule,
                "{most} of {rule} blocks of {block_size}, {items} items, {threads} threads"
            );
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let share = most as f64 / rule as f64;
            tightest = tightest.max(share);
        }
    }
    assert!(tightest > 0.6, "the rule is far above all that was seen: {tightest}");
}

/// A round: all threads but the one that was suspended after it moved `block_tail` claim a position and come to the next move. The
/// last one of them makes it and is suspended, the others fail, and all of them write their items.
fn round(list: &mut List, threads: &mut [Thread]) {
    let (first, rest) = threads.split_first_mut().unwrap();
    for thread in rest.iter_mut() {
        thread.until(list, Next::Move);
    }
    rest.last_mut().unwrap().step(list);
    first.until(list, Next::Claim);
    let (_, failing) = rest.split_last_mut().unwrap();
    for thread in failing {
        thread.until(list, Next::Claim);
    }
    list.receive_all();
    threads.rotate_right(1);
}

/// How many blocks there are after so many rounds.
fn after_rounds(rounds: usize, threads: usize) -> usize {
    let (block_size, items) = (4, 64);
    let (mut list, mut slow, mut other) =
        (List::new(block_size, items), Thread::default(), Thread::default());
    // While the first item is not written, none of the full blocks behind it is passed.
    slow.until(&mut list, Next::Write);
    (1..items).for_each(|_| other.until(&mut list, Next::Claim));
    slow.until(&mut list, Next::Claim);
    list.receive_all();
    let mut threads = vec![Thread::default(); threads];
    threads[0].until(&mut list, Next::Move);
    threads[0].step(&mut list);
    (0..rounds).for_each(|_| round(&mut list, &mut threads));
    list.allocated()
}

/// Why the rule is for as many threads as a block has items. Of six threads, five claim more than a block of four in each round,
/// and one block is passed.
#[test]
fn more_threads_than_a_block_has_items_take_any_number_of_blocks() {
    let (few, many) = (after_rounds(200, 4), after_rounds(400, 4));
    assert!(many <= few + 1 && many <= rule(4, 64, 4), "{few} and {many}");
    let (few, many) = (after_rounds(200, 6), after_rounds(400, 6));
    assert!(many >= few + 200 / 4 - 1, "{few} and {many}");
    assert!(many > rule(4, 64, 6), "{many}");
}

fn send<T>(sender: &Sender<T>, mut item: T) {
    while let Err(TrySendError::Full(refused)) = sender.try_send(item) {
        item = refused;
        thread::yield_now();
    }
}

/// So many threads send 200 items each into a channel for `n`. The most bytes alive.
fn run_free<T: Item>(meter: Meter, n: usize, threads: usize) -> usize {
    meter.begin();
    let (sender, mut receiver) = meter.group().scope(|| channel::<T>(n));
    thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(
                meter.group().wrap(move || (0..200).for_each(|number| send(&sender, T::number(number)))),
            );
        }
        drop(sender);
        meter.group().scope(|| {
            // Nobody waits, not even for an item that is on its way: this thread would allocate for that.
            let context = &mut Context::from_waker(Waker::noop());
            let mut count = 0;
            while count < 200 * threads {
                if receiver.poll_recv(context).is_ready() {
                    count += 1;
                } else {
                    thread::yield_now();
                }
            }
        });
        drop(receiver);
    });
    meter.so_far()
}

fn free_threads<T: Item>(meter: Meter) {
    for n in [1, 33, 200] {
        let two = run_free::<T>(meter, n, 2);
        assert!(two <= bound(SendingThreads::<Sender<T>, 2>::bounded, n), "{two} bytes, {n} items");
        let eight = run_free::<T>(meter, n, 8);
        assert!(eight <= bound(SendingThreads::<Receiver<T>, 8>::grown, n), "{eight} bytes, {n} items");
    }
}

#[test]
fn threads_that_run_free_stay_within_the_rule() {
    let meter = Meter::new();
    // What a thread keeps for tokio is not the channel's.
    assert!(channel::<u8>(1).1.poll_recv(&mut Context::from_waker(Waker::noop())).is_pending());
    for_all_items!(free_threads(meter));
}

#[test]
fn the_rule_is_the_one_of_the_model() {
    if cfg!(not(target_pointer_width = "64")) {
        return;
    }
    let block = 4 * 8 + 32 * 24;
    let created = bound(SendingThreads::<Sender<[u64; 3]>, 4>::allocated, 1) - block;
    for n in [1, 31, 32, 33, 1000] {
        let items = UsageExpr::config("n", n);
        assert_eq!(
            SendingThreads::<Sender<[u64; 3]>, 4>::bounded("items", &items).evaluate(),
            created + rule(32, n, 4) * block
        );
        assert_eq!(
            Sender::<[u64; 3]>::bounded("items", &items).evaluate(),
            created + rule(32, n, 32) * block
        );
    }
}

//! Futures that carry their group through every poll, wherever it happens, and into their drop.

use std::alloc::System;
use std::future::{self, Future};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread;

use futures_core::{FusedFuture, FusedStream, Stream};
use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot, Track, Tracked, TrackingAllocator,
};
use tokio::sync::oneshot;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

fn group(name: &str) -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_allocation_group(name)
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Lets other tasks run once. Unlike the runtime's own, it allocates nothing that would count to the group.
async fn yield_now() {
    let mut yielded = false;
    future::poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Allocates 40 bytes when dropped, and frees the 24 it holds.
struct AllocatesOnDrop {
    _held: Box<[u8; 24]>,
}

impl AllocatesOnDrop {
    fn new() -> Self {
        Self { _held: Box::new(black_box([1; 24])) }
    }
}

impl Drop for AllocatesOnDrop {
    fn drop(&mut self) {
        drop(black_box(Box::new(black_box([2_u8; 40]))));
    }
}

const MADE_AND_DROPPED: AllocationStatsSnapshot = AllocationStatsSnapshot {
    allocated_bytes: 64,
    allocated_objects: 2,
    deallocated_bytes: 64,
    deallocated_objects: 2,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_that_move_between_threads_count_to_their_own_group() {
    const TASKS: usize = 50;
    const STEPS: usize = 100;
    let groups: Vec<_> = (0..TASKS).map(|index| group(&format!("task {index}"))).collect();
    let tasks: Vec<_> = (1..)
        .zip(&groups)
        .map(|(size, &group)| {
            let work = async move {
                for _ in 0..STEPS {
                    let held = black_box(vec![0_u8; size]);
                    yield_now().await;
                    assert_eq!(AllocationGroupToken::current(), group);
                    drop(held);
                }
            };
            tokio::spawn(work.track_allocations(group))
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    for (size, group) in (1..).zip(groups) {
        assert_eq!(
            group.stats(),
            AllocationStatsSnapshot {
                allocated_bytes: size * STEPS as u64,
                allocated_objects: STEPS as u64,
                deallocated_bytes: size * STEPS as u64,
                deallocated_objects: STEPS as u64,
            }
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_task_is_dropped_inside_its_group() {
    let group = group("cancelled");
    let (sender, started) = oneshot::channel();
    let work = async move {
        let _held = AllocatesOnDrop::new();
        sender.send(()).expect("the test waits for it");
        future::pending::<()>().await;
    };
    let task = tokio::spawn(work.track_allocations(group));
    started.await.expect("the task starts");
    assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (24, 1));
    task.abort();
    assert!(task.await.expect_err("it never ends by itself").is_cancelled());
    assert_eq!(group.stats(), MADE_AND_DROPPED);
}

#[test]
fn a_value_is_dropped_inside_its_group() {
    let group = group("dropped value");
    let tracked = group.scope(AllocatesOnDrop::new).track_allocations(group);
    drop(tracked);
    assert_eq!(group.stats(), MADE_AND_DROPPED);
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
}

#[test]
fn a_value_taken_out_leaves_its_group_behind() {
    let group = group("taken out");
    let tracked = group.scope(AllocatesOnDrop::new).track_allocations(group);
    let (token, value) = tracked.into_parts();
    assert_eq!(token, group);
    drop(value);
    assert_eq!(
        group.stats(),
        AllocationStatsSnapshot {
            allocated_bytes: 24,
            allocated_objects: 1,
            deallocated_bytes: 24,
            deallocated_objects: 1
        }
    );
    assert_eq!(5.track_allocations(group).into_inner(), 5);
}

#[test]
fn a_panicking_poll_restores_the_group_from_before() {
    let (outer, inner) = (group("polls"), group("panics when polled"));
    let _guard = outer.enter();
    let mut future = pin!(async { panic!("on purpose") }.track_allocations(inner));
    let result: Result<Poll<()>, _> = catch_unwind(AssertUnwindSafe(|| poll_once(future.as_mut())));
    assert!(result.is_err());
    assert_eq!(AllocationGroupToken::current(), outer);
}

#[test]
fn a_panicking_drop_restores_the_group_from_before() {
    struct PanicsOnDrop;
    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }
    let tracked = PanicsOnDrop.track_allocations(group("panics when dropped"));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(tracked))).is_err());
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
}

#[test]
fn futures_nest() {
    let (outer, inner) = (group("outer future"), group("inner future"));
    let work = async move {
        let first = black_box(vec![0_u8; 100]);
        let second = async {
            yield_now().await;
            black_box(vec![0_u8; 10])
        }
        .track_allocations(inner)
        .await;
        assert_eq!(AllocationGroupToken::current(), outer);
        (first, second)
    };
    let mut future = pin!(work.track_allocations(outer));
    assert!(poll_once(future.as_mut()).is_pending());
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
    let Poll::Ready(held) = poll_once(future.as_mut()) else { panic!("it yields once") };
    assert_eq!((outer.stats().live_bytes(), inner.stats().live_bytes()), (100, 10));
    drop(held);
    assert_eq!((outer.stats().live_bytes(), inner.stats().live_bytes()), (0, 0));
}

#[test]
fn the_current_group_can_be_carried_along() {
    let group = group("carried");
    let tracked: Tracked<u8> = group.scope(|| 7.in_current_allocation_group());
    assert_eq!((tracked.token(), *tracked.inner()), (group, 7));
    assert_eq!(format!("{tracked:?}"), format!("Tracked {{ token: {group:?}, inner: 7 }}"));
}

#[test]
fn a_future_that_moves_between_threads_takes_its_group_along() {
    let group = group("moves");
    let work = async move {
        let first = black_box(vec![0_u8; 10]);
        let first_thread = thread::current().id();
        yield_now().await;
        let second = black_box(vec![0_u8; 20]);
        (first, second, first_thread != thread::current().id())
    };
    let mut future = Box::pin(work.track_allocations(group));
    assert!(poll_once(future.as_mut()).is_pending());
    let second_thread = thread::spawn(move || {
        let poll = poll_once(future.as_mut());
        (poll, AllocationGroupToken::current())
    });
    let (Poll::Ready(held), current) = second_thread.join().expect("no panic") else {
        panic!("it yields once")
    };
    assert!(held.2);
    assert_eq!(current, AllocationGroupToken::root());
    assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (30, 2));
    drop(held);
    assert_eq!(group.stats().live_bytes(), 0);
}

#[test]
fn a_future_cancelled_on_another_thread_frees_inside_its_group() {
    let group = group("cancelled elsewhere");
    let work = async {
        let _held = AllocatesOnDrop::new();
        future::pending::<()>().await;
    };
    let mut future = Box::pin(work.track_allocations(group));
    assert!(poll_once(future.as_mut()).is_pending());
    let current = thread::spawn(move || {
        drop(future);
        AllocationGroupToken::current()
    });
    assert_eq!(current.join().expect("no panic"), AllocationGroupToken::root());
    assert_eq!(group.stats(), MADE_AND_DROPPED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_task_restores_the_group_of_its_worker() {
    let group = group("panicking task");
    for _ in 0..20 {
        let work = async {
            let _held = AllocatesOnDrop::new();
            yield_now().await;
            // Without the message, which would keep what it found out about the program.
            resume_unwind(Box::new("on purpose"));
        };
        let task = tokio::spawn(work.track_allocations(group));
        assert!(task.await.expect_err("it panics").is_panic());
        let after = tokio::spawn(async { AllocationGroupToken::current() });
        assert_eq!(after.await.expect("no panic"), AllocationGroupToken::root());
    }
    assert!(group.stats().allocated_objects >= 40);
    assert_eq!(group.stats().live_bytes(), 0);
}

/// Counts down, and allocates a block of that many bytes for each item.
struct Blocks(usize);

impl Stream for Blocks {
    type Item = Vec<u8>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        self.0 -= 1;
        Poll::Ready(Some(black_box(vec![0; self.0 + 1])))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0, Some(self.0))
    }
}

impl FusedStream for Blocks {
    fn is_terminated(&self) -> bool {
        self.0 == 0
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        drop(AllocatesOnDrop::new());
    }
}

#[test]
fn a_stream_is_polled_and_dropped_inside_its_group() {
    let group = group("stream");
    let mut stream = Blocks(3).track_allocations(group);
    assert_eq!(stream.size_hint(), (3, Some(3)));
    let mut held = Vec::new();
    while let Poll::Ready(Some(block)) =
        Pin::new(&mut stream).poll_next(&mut Context::from_waker(Waker::noop()))
    {
        assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
        held.push(block);
    }
    assert!(stream.is_terminated());
    assert_eq!((group.stats().allocated_bytes, group.stats().allocated_objects), (6, 3));
    drop(held);
    assert_eq!(group.stats().live_bytes(), 0);
    drop(stream);
    assert_eq!((group.stats().allocated_bytes, group.stats().live_objects()), (6 + 64, 0));
}

#[test]
fn a_tracked_future_says_whether_it_has_ended() {
    struct Ended(bool);
    impl Future for Ended {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            self.0 = true;
            Poll::Ready(())
        }
    }
    impl FusedFuture for Ended {
        fn is_terminated(&self) -> bool {
            self.0
        }
    }
    let mut future = Ended(false).track_allocations(group("ended"));
    assert!(!future.is_terminated());
    assert!(poll_once(Pin::new(&mut future)).is_ready());
    assert!(future.is_terminated());
    future.inner_mut().0 = false;
    assert!(!future.is_terminated());
}

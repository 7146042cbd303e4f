//! The kit for measuring in tests: what it counts, what it leaves out, and what a failure says.

use std::alloc::System;
use std::cell::Cell;
use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, Track, TrackingAllocator};
use memory_accounting::testing::{
    TighterBounds, assert_no_reservations, assert_within_bounds, assert_within_bounds_async, bounds_report,
    bounds_report_async, measure, measure_async, watch_reservations,
};
use memory_accounting::{
    ComponentRegistry, MemoryBounds, MemoryBoundsBuilder, MemoryGrant, MemoryLimiter, UsageExpr,
};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Declares a minimum, a setting times a size, and a subcomponent.
struct Buffers {
    count: usize,
}

impl MemoryBounds for Buffers {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.minimum().with_fixed_amount("header", 100);
        let bytes =
            UsageExpr::product("", UsageExpr::config("count", self.count), UsageExpr::constant("", 10));
        builder.firm().with_named_expr("buffers", bytes);
        builder.subcomponent("index").firm().with_fixed_amount("entries", 50);
    }
}

fn block(bytes: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(bytes))
}

fn panic_message(work: impl FnOnce()) -> String {
    let payload = panic::catch_unwind(AssertUnwindSafe(work)).expect_err("it should have failed");
    payload.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn a_measurement_tells_alive_from_most_alive() {
    let measured = measure(|| {
        drop(block(300));
        let kept = block(20);
        drop(block(70));
        kept
    })
    .unwrap();
    assert_eq!(measured.value.capacity(), 20);
    assert_eq!((measured.live, measured.peak, measured.allocations), (20, 300, 3));
}

#[test]
fn what_was_there_before_does_not_count() {
    let before = block(1000);
    let measured = measure(move || drop(before)).unwrap();
    assert_eq!((measured.live, measured.peak, measured.allocations), (0, 0, 0));
}

#[test]
fn there_is_no_end_to_measuring() {
    // More often than there are allocation groups.
    for _ in 0..17_000 {
        let measured = measure(|| block(20)).unwrap();
        assert_eq!((measured.live, measured.peak), (20, 20));
    }
}

#[test]
fn the_group_from_before_is_current_again() {
    let before = AllocationGroupToken::current();
    let inside = measure(AllocationGroupToken::current).unwrap().value;
    assert_ne!(inside, before);
    assert_eq!(AllocationGroupToken::current(), before);
}

#[test]
fn measurements_at_the_same_time_and_inside_each_other_stay_apart() {
    thread::scope(|scope| {
        for thread in 1..=8_usize {
            scope.spawn(move || {
                for round in 0..50 {
                    let bytes = 100 * thread + round;
                    let outer = measure(|| {
                        let held = block(bytes);
                        let inner = measure(|| block(7)).unwrap();
                        assert_eq!((inner.live, inner.peak), (7, 7));
                        held
                    })
                    .unwrap();
                    assert_eq!((outer.live, outer.peak), (bytes, bytes));
                }
            });
        }
    });
}

#[test]
fn threads_count_when_they_carry_the_group() {
    let carried = measure(|| {
        let work = AllocationGroupToken::current().wrap(|| block(5000));
        let alone = thread::scope(|scope| scope.spawn(|| block(90_000)).join().unwrap());
        (alone, thread::scope(|scope| scope.spawn(work).join().unwrap()))
    })
    .unwrap();
    assert!((5000..80_000).contains(&carried.live), "{carried:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn futures_and_their_tasks_are_measured_wherever_they_are_polled() {
    let measured = measure_async(async {
        let kept = block(3000);
        tokio::task::yield_now().await;
        let task = tokio::spawn(async { drop(block(40_000)) }.in_current_allocation_group());
        task.await.unwrap();
        kept
    })
    .await
    .unwrap();
    assert!((43_000..45_000).contains(&measured.peak), "{measured:?}");
    assert_eq!(measured.value.capacity(), 3000);
}

#[test]
fn a_workload_within_its_bounds_is_reported_with_its_headroom() {
    let report = assert_within_bounds(&Buffers { count: 5 }, |_| {
        drop(block(150));
        block(30)
    });
    assert_eq!((report.declared_bytes(), report.peak_bytes(), report.live_bytes()), (200, 150, 30));
    assert_eq!((report.headroom_bytes(), report.undeclared_bytes(), report.allocations()), (50, 0, 2));
    assert!((report.headroom_percent() - 25.0).abs() < 1e-9);
    assert!(report.to_string().ends_with("head-room: 50 bytes, 25.0 %"));
}

#[test]
fn a_peak_as_high_as_declared_is_within() {
    assert_eq!(assert_within_bounds(&Buffers { count: 5 }, |_| drop(block(200))).headroom_bytes(), 0);
}

#[test]
fn a_failure_shows_every_entry_the_peak_and_what_nobody_declared() {
    let message = panic_message(|| {
        assert_within_bounds(&Buffers { count: 5 }, |_| drop(block(201)));
    });
    assert_eq!(
        message,
        "the component holds more than it declares
declared: 200 bytes
  100 bytes  root minimum: header=100
   50 bytes  root · buffers firm: count=5 * 10
   50 bytes  root.index firm: entries=50
measured peak: 201 bytes
nobody declared: 1 bytes"
    );
}

/// Declares an expression that is long and fields that are not counted, on two levels.
struct Connections;

impl MemoryBounds for Connections {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let settings =
            (1..=4).map(|number| UsageExpr::config(format!("connections.of.listener{number}"), number));
        builder.firm().with_named_expr("requests", UsageExpr::Sum { values: settings.collect() });
        builder.firm().with_fixed_amount("pages", 1000);
        builder.skipped("registry", "the process's");
        builder.subcomponent("listener").skipped("socket", "the kernel's");
    }
}

#[test]
fn a_failure_suspects_what_is_not_counted_and_keeps_its_lines_short() {
    let message = panic_message(|| {
        assert_within_bounds(&Connections, |_| drop(block(1111)));
    });
    assert_eq!(
        message,
        "the component holds more than it declares
declared: 1010 bytes
    10 bytes  root · requests firm:
              connections.of.listener1=1 + connections.of.listener2=2 + connections.of.listener3=3 + connections.of.listener4=4
  1000 bytes  root firm: pages=1000
measured peak: 1111 bytes
nobody declared: 101 bytes
first suspects, the fields that are not counted:
  root · registry: the process's
  root.listener · socket: the kernel's"
    );
    let within = bounds_report(&Connections, |_| drop(block(1010))).unwrap();
    assert!(within.to_string().ends_with("head-room: 0 bytes, 0.0 %"), "{within}");
}

#[test]
fn a_declaration_that_overflows_holds_nothing() {
    let report = bounds_report(&Buffers { count: usize::MAX }, |_| ()).unwrap();
    assert!(!report.is_within());
    assert!(report.to_string().starts_with("declared: more than can be counted\n"), "{report}");
    assert!(report.to_string().contains("\n  overflows  root · buffers firm: count="), "{report}");
}

const NOTHING_ALLOCATED: &str =
    "\nnothing was allocated in the measured group: did the workload enter another group?";

/// Fails where the bounds of 200 bytes hold for a workload that uses 5,000, or what is said does not end with the question.
fn assert_asks(workload: impl FnOnce(AllocationGroupToken)) {
    let message = panic_message(|| {
        assert_within_bounds(&Buffers { count: 5 }, workload);
    });
    assert!(
        message.starts_with("nothing was measured; what was built before, in another group,"),
        "{message}"
    );
    assert!(message.contains("\ndeclared: 200 bytes\n"), "{message}");
    assert!(message.ends_with(NOTHING_ALLOCATED), "{message}");
}

#[test]
fn a_workload_that_does_nothing_is_asked_about() {
    assert_asks(|_| ());
}

#[test]
fn a_component_with_a_group_of_its_own_is_asked_about() {
    let own = AllocationGroupRegistry::global().register_allocation_group("the component's own");
    assert_asks(|_| own.scope(|| drop(block(5000))));
}

#[test]
fn a_component_that_allocates_in_the_root_is_asked_about() {
    assert_asks(|_| AllocationGroupToken::root().scope(|| drop(block(5000))));
}

#[test]
fn a_component_that_was_built_before_and_moved_in_is_asked_about() {
    let built = block(5000);
    assert_asks(move |_| drop(built));
}

#[test]
fn a_component_that_a_thread_without_the_group_builds_is_asked_about() {
    let (order, orders) = std::sync::mpsc::sync_channel::<()>(1);
    let worker = thread::spawn(move || orders.recv().map(|()| block(5000)));
    assert_asks(|_| order.send(()).unwrap());
    assert_eq!(worker.join().unwrap().unwrap().capacity(), 5000);
}

/// Starting a thread is an allocation, so only the head-room tells.
#[test]
fn a_thread_without_the_group_that_the_workload_starts_leaves_all_the_headroom() {
    let component = Buffers { count: 50_000 };
    let run = || thread::scope(|scope| drop(scope.spawn(|| block(400_000)).join()));
    let unseen = assert_within_bounds(&component, |_| run());
    assert!(unseen.headroom_percent() > 90.0, "{unseen}");
    let seen = assert_within_bounds(&component, |group| {
        thread::scope(|scope| drop(scope.spawn(group.wrap(|| block(400_000))).join()));
    });
    assert!(seen.headroom_percent() < 25.0, "{seen}");
}

#[test]
fn a_report_of_nothing_is_within_no_bounds_and_asks() {
    let report = bounds_report(&Buffers { count: 5 }, |_| ()).unwrap();
    assert_eq!((report.peak_bytes(), report.allocations()), (0, 0));
    assert!(report.is_empty() && !report.is_within());
    assert!(report.to_string().ends_with(NOTHING_ALLOCATED), "{report}");

    let report = bounds_report(&Buffers { count: 5 }, |_| drop(block(1))).unwrap();
    assert!(!report.is_empty() && report.is_within());
    assert!(!report.to_string().contains(NOTHING_ALLOCATED), "{report}");
}

const UNPOLLED: &str = "nothing was measured, because nobody has polled what the workload returned; \
                        `assert_within_bounds_async` awaits it\n";

#[test]
fn an_async_workload_in_the_form_for_others_is_told_the_right_one() {
    let message = panic_message(|| {
        assert_within_bounds(&Buffers { count: 5 }, async |_| drop(block(5000)));
    });
    assert!(message.starts_with(UNPOLLED), "{message}");
    assert!(
        message.contains("\nthe workload returned a future that nobody has polled: testing_kit::"),
        "{message}"
    );
    assert!(message.ends_with(NOTHING_ALLOCATED), "{message}");
}

#[test]
fn a_future_that_is_made_of_something_is_not_polled_either() {
    let message = panic_message(|| {
        assert_within_bounds(&Buffers { count: 5 }, |_| {
            let made = block(60);
            async move { drop((made, block(5000))) }
        });
    });
    assert!(message.starts_with(UNPOLLED), "{message}");
    assert!(!message.contains(NOTHING_ALLOCATED), "{message}");

    let message = panic_message(|| {
        assert_within_bounds(&Buffers { count: 5 }, |_| Box::pin(async { drop(block(5000)) }));
    });
    assert!(message.starts_with(UNPOLLED), "{message}");
}

#[tokio::test]
async fn a_future_that_makes_another_is_asked_about() {
    let inner = |_| async { drop(block(5000)) };
    let report = bounds_report_async(&Buffers { count: 5 }, |group| std::future::ready(inner(group)));
    let report = report.await.unwrap();
    assert!(report.is_empty() && !report.is_within(), "{report}");
}

#[tokio::test]
async fn a_future_that_does_nothing_is_asked_about() {
    let asserted = tokio::spawn(assert_within_bounds_async(&Buffers { count: 5 }, async |_| ()));
    let payload = asserted.await.unwrap_err().into_panic();
    let message = payload.downcast_ref::<String>().expect("a message");
    assert!(message.contains(": nothing was measured; what was built before"), "{message}");
    assert!(message.ends_with(NOTHING_ALLOCATED), "{message}");
}

#[test]
fn what_declares_and_allocates_nothing_is_within_without_a_question() {
    let report = assert_within_bounds(&None::<Buffers>, |_| ());
    assert_eq!(report.to_string(), "declared: 0 bytes\nmeasured peak: 0 bytes\nhead-room: 0 bytes, 0.0 %");
}

#[tokio::test]
async fn a_future_is_held_to_the_bounds_with_what_it_is_made_of() {
    let report = assert_within_bounds_async(&Buffers { count: 5 }, |group| {
        let made = block(60);
        async move {
            assert_eq!(AllocationGroupToken::current(), group);
            drop(block(40));
            made
        }
    })
    .await;
    assert_eq!((report.peak_bytes(), report.live_bytes()), (100, 60));
}

/// Bounds that threads cannot share.
struct Local(Cell<usize>);

impl MemoryBounds for Local {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("bytes", self.0.get());
    }
}

#[tokio::test]
async fn a_future_borrows_no_component_and_its_failure_names_the_line_of_the_assertion() {
    let component = Local(Cell::new(100));
    let line = line!() + 1;
    let asserted = assert_within_bounds_async(&component, |_| async {
        drop(block(90));
        tokio::task::yield_now().await;
        drop(block(101));
    });
    let reported = bounds_report_async(&component, |_| async { drop(block(101)) });
    assert_eq!(tokio::spawn(reported).await.unwrap().unwrap().undeclared_bytes(), 1);
    let payload = tokio::spawn(asserted).await.unwrap_err().into_panic();
    let message = payload.downcast_ref::<String>().expect("a message");
    let start = format!("asserted at {}:{line}:", file!());
    assert!(message.starts_with(&start), "{message}");
    assert!(
        message.contains(": the component holds more than it declares\ndeclared: 100 bytes\n"),
        "{message}"
    );
}

/// What is proposed after workloads that hold so many bytes.
fn proposed(component: &impl MemoryBounds, peaks: &[usize]) -> Option<String> {
    let reports: Vec<_> =
        peaks.iter().map(|peak| bounds_report(component, |_| drop(block(*peak))).unwrap()).collect();
    let workloads = ["a day", "a flood", "a night"].into_iter().zip(&reports);
    TighterBounds::after(workloads).map(|tighter| tighter.to_string())
}

#[test]
fn the_value_of_a_setting_that_would_be_enough_is_proposed_and_is_enough() {
    let usual = Buffers { count: 10_000 };
    assert_eq!(
        proposed(&usual, &[4000, 20_000, 0]).unwrap(),
        "declares 97.8 KiB, never held more than 19.5 KiB in 2 workloads: a day, a flood (the most)
24.4 KiB would hold that with a quarter to spare; each of these would declare that, where it will do:
  root:count = 2,485 in place of 10,000 declares 24.4 KiB"
    );
    let obeyed = Buffers { count: 2485 };
    assert_eq!(assert_within_bounds(&obeyed, |_| drop(block(20_000))).declared_bytes(), 25_000);
    assert_eq!(proposed(&obeyed, &[4000, 20_000]), None);
}

#[test]
fn nothing_is_proposed_for_bounds_that_are_tight_enough_or_were_not_measured() {
    let usual = Buffers { count: 85 };
    assert!(proposed(&usual, &[600]).is_some());
    assert_eq!(proposed(&usual, &[601]), None);
    assert_eq!(proposed(&usual, &[1, 601]), None);
    assert_eq!(proposed(&usual, &[2000]), None);
    assert_eq!(proposed(&usual, &[0]), None);
    assert_eq!(proposed(&usual, &[]), None);
    assert_eq!(proposed(&Buffers { count: usize::MAX }, &[1]), None);
}

/// A table that doubles, and pages that no setting sizes.
struct Doubling {
    entries: usize,
    pages: usize,
}

impl MemoryBounds for Doubling {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let entries = UsageExpr::next_power_of_two(UsageExpr::config("entries", self.entries));
        builder.minimum().with_named_expr("table", entries);
        builder.subcomponent("store").firm().with_fixed_amount("pages", self.pages);
    }
}

#[test]
fn no_value_is_proposed_that_declares_less_than_is_enough() {
    let doubling = Doubling { entries: 8000, pages: 0 };
    assert_eq!(
        proposed(&doubling, &[2000]).unwrap(),
        "declares 8.0 KiB, never held more than 2.0 KiB in 1 workload: a day
2.4 KiB would hold that with a quarter to spare; each of these would declare that, where it will do:
  root:entries = 2,049 in place of 8,000 declares 4.0 KiB"
    );
    // The next step down is less than the peak, and this one is nearly all there is.
    assert_eq!(
        proposed(&Doubling { entries: 8000, pages: 800 }, &[4000]).unwrap(),
        "declares 8.8 KiB, never held more than 3.9 KiB in 1 workload: a day
4.9 KiB would hold that with a quarter to spare; no setting alone comes down to that, the largest entry is `table` of root: 8.0 KiB"
    );
}

#[test]
fn where_no_setting_alone_is_enough_the_largest_entry_is_named() {
    assert_eq!(
        proposed(&Doubling { entries: 8, pages: 1 << 20 }, &[1000]).unwrap(),
        "declares 1.0 MiB, never held more than 1000 B in 1 workload: a day
1.2 KiB would hold that with a quarter to spare; no setting alone comes down to that, the largest entry is `pages` of store: 1.0 MiB"
    );
}

#[test]
fn what_other_bounds_hold_is_no_reason() {
    let report = |count| bounds_report(&Buffers { count }, |_| drop(block(10))).unwrap();
    let (small, large) = (report(10), report(1000));
    let message = panic_message(|| drop(TighterBounds::after([("small", &small), ("large", &large)])));
    assert_eq!(message, "`large` was measured with other bounds than `small`; declare the same for both");
}

#[test]
fn the_components_of_a_registry_say_which_of_them_never_held_what_they_declare() {
    let registry = ComponentRegistry::default();
    let [cache, queue] = [("cache", 100_000), ("queue", 5000)].map(|(name, count)| {
        let component = registry.register(name, &Buffers { count });
        component.token().track_exact_peak();
        component
    });
    cache.token().scope(|| drop(block(200_000)));
    queue.token().scope(|| drop(block(48_000)));
    let said: Vec<String> = registry.usage().unneeded().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "cache: never held more than 195.3 KiB of 976.7 KiB declared, 244.1 KiB would leave a quarter to spare"
        ]
    );
}

#[test]
fn what_a_panicking_workload_leaves_is_no_business_of_the_next() {
    let message = panic_message(|| {
        assert_within_bounds(&Buffers { count: 0 }, |_| panic!("{}", "broken workload".to_owned()));
    });
    assert_eq!(message, "broken workload");
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
}

#[test]
fn a_reservation_that_is_held_still_is_told() {
    let grant = MemoryGrant::effective(1 << 30).unwrap();
    let limiter = MemoryLimiter::builder(grant).with_usage_source(|| Some(0)).start().unwrap();
    let held = limiter.try_reserve(700).unwrap();
    let message = panic_message(|| assert_no_reservations(&limiter));
    assert!(
        message.starts_with("reservations are still held: 1, of which 700 bytes are not allocated"),
        "{message}"
    );
    drop(held);
    assert_no_reservations(&limiter);
}

#[test]
fn a_reservation_that_was_forgotten_is_told_at_the_end_of_a_test() {
    let grant = MemoryGrant::effective(1 << 30).unwrap();
    let limiter = MemoryLimiter::builder(grant).with_usage_source(|| Some(0)).start().unwrap();
    let a_test = || {
        let _watch = watch_reservations(&limiter);
        drop(limiter.try_reserve(1).unwrap());
        std::mem::forget(limiter.try_reserve(700).unwrap());
    };
    let message = panic_message(a_test);
    assert!(
        message.starts_with("reservations are still held: 1, of which 700 bytes are not allocated")
            && message.contains("(watched since tests/testing_kit.rs:"),
        "{message}"
    );
    let fails_itself = || {
        let _watch = watch_reservations(&limiter);
        panic!("{}", "of its own".to_owned());
    };
    assert_eq!(panic_message(fails_itself), "of its own");
}

#[test]
#[should_panic(expected = "does not count reservations")]
fn a_limiter_that_counts_no_reservations_is_told() {
    assert_no_reservations(&MemoryLimiter::noop());
}

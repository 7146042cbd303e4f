//! Components that are held to their bounds.
//!
//! How scarce memory is, is made up; what components have live, they allocate in blocks that are reported at once.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use memory_accounting::{
    ComponentLimitError, ComponentLimiter, ComponentRegistry, Enforcement, Level, LimiterSettings,
    MemoryLimiter, MemoryPartitioner, PartitionMode, ReclaimHook, ReserveReason,
};

use crate::{LIMIT, PATIENCE, grant, limiter_of, limiter_reading, poll_once, state, until, within_patience};

const MIB: usize = 1 << 20;

/// A limiter of 1000 MiB of which so many are in use, and that lets nobody through for the time being in which there is no room.
fn limiter_with(used_mib: u64) -> MemoryLimiter {
    let mut settings = LimiterSettings::default();
    settings.progress_milliseconds = 1_000_000;
    let builder = MemoryLimiter::builder(grant(1000 * MIB)).with_settings(settings);
    limiter_of(builder, used_mib * MIB as u64).0
}

fn component(registry: &ComponentRegistry, name: &str, firm_limit: usize) -> ComponentRegistry {
    let component = registry.get_or_create(name);
    component.bounds_builder().firm().with_fixed_amount("bytes", firm_limit);
    component
}

fn always(limiter: &MemoryLimiter, component: &ComponentRegistry) -> ComponentLimiter {
    limiter.component(component).with_enforcement(Enforcement::Always).start().unwrap()
}

fn allocate(component: &ComponentRegistry, mib: usize) -> Vec<u8> {
    component.token().scope(|| black_box(Vec::with_capacity(mib * MIB)))
}

fn is_pending(future: std::pin::Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

#[test]
fn while_there_is_room_a_component_may_have_what_others_do_not_use() {
    let limiter = limiter_with(0);
    let source = component(&ComponentRegistry::default(), "source", MIB);
    let own = limiter.component(&source).start().unwrap();
    let _block = allocate(&source, 2);
    assert_eq!(own.state().unwrap().over_bytes(), MIB as u64);
    assert!(own.check().is_ok() && own.try_reserve(2 * MIB as u64).is_ok());
    assert_eq!(poll_once(own.wait_for_capacity()), Poll::Ready(()));
    assert_eq!(state(&limiter).counts.waited, 0);
}

#[test]
fn who_is_always_held_is_refused_over_its_bound_and_told_why() {
    let limiter = limiter_with(0);
    let source = component(&ComponentRegistry::default(), "topology.source", MIB);
    let own = always(&limiter, &source);
    let block = allocate(&source, 1);
    assert!(own.check().is_ok(), "all of it is within");
    assert_eq!(
        own.try_reserve(1024).unwrap_err().to_string(),
        "there is no room for 1.0 KiB now: topology.source has 1.0 MiB live and 0 B reserved, of the 1.0 MiB that it declares"
    );
    let more = allocate(&source, 2);
    let refused = own.check().unwrap_err();
    assert_eq!(
        refused.to_string(),
        "topology.source has 3.0 MiB live and 0 B reserved, of the 1.0 MiB that it declares; try again when it has freed something"
    );
    let timed_out = own.wait_for_capacity_blocking(Duration::from_millis(1)).unwrap_err();
    assert_eq!(timed_out.scarce, refused);
    assert_eq!(
        timed_out.to_string(),
        "waited 1ms for memory; topology.source has 3.0 MiB live and 0 B reserved, of the 1.0 MiB that it declares; try again when it has freed \
         something"
    );
    let timed_out = own.reserve_blocking(1, Duration::from_millis(1)).unwrap_err();
    assert_eq!(timed_out.reason, ReserveReason::TimedOut);
    assert_eq!(
        timed_out.to_string(),
        "there was no room for 1 B in time: topology.source has 3.0 MiB live and 0 B reserved, of the 1.0 MiB that it declares"
    );
    let Poll::Ready(Err(never)) = poll_once(own.reserve(2 * MIB as u64)) else { panic!("it waits") };
    assert_eq!(
        never.to_string(),
        "2.0 MiB cannot be reserved: that is more than the bound; topology.source has 3.0 MiB live and 0 B reserved, of the 1.0 MiB that it declares"
    );
    drop((block, more));
    assert!(own.check().is_ok() && own.try_reserve(1024).is_ok());
}

#[test]
fn who_makes_room_is_not_held_back() {
    let limiter = limiter_with(0);
    let source = component(&ComponentRegistry::default(), "source", MIB);
    let own = always(&limiter, &source).exempt();
    let _block = allocate(&source, 2);
    assert!(own.check().is_ok());
    let reservation = own.try_reserve(7).unwrap();
    assert_eq!((own.state().unwrap().reserved_bytes, reservation.bytes()), (7, 7));
}

#[tokio::test]
async fn who_waits_for_its_component_goes_on_when_that_frees() {
    let limiter = limiter_with(0);
    let source = component(&ComponentRegistry::default(), "source", MIB);
    let own = always(&limiter, &source);
    let block = allocate(&source, 2);
    let mut wait = pin!(own.wait_for_capacity());
    let mut reservation = pin!(own.reserve(10));
    assert!(is_pending(wait.as_mut()) && is_pending(reservation.as_mut()));
    // It holds up nobody else.
    assert!(limiter.check().is_ok() && limiter.try_reserve(1).is_ok());
    assert_eq!(poll_once(limiter.wait_for_capacity()), Poll::Ready(()));
    drop(block);
    within_patience(wait).await;
    assert_eq!(within_patience(reservation).await.unwrap().bytes(), 10);
    assert_eq!(state(&limiter).counts.progressed, 0);
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let (limiter, _) = limiter_reading(0);
    let source = component(&ComponentRegistry::default(), "source", MIB);
    let own = always(&limiter, &source);
    let _block = allocate(&source, 2);
    within_patience(own.wait_for_capacity()).await;
    assert_eq!(within_patience(own.reserve(10)).await.unwrap().bytes(), 10);
    assert_eq!(state(&limiter).counts.progressed, 2);
}

#[tokio::test]
async fn while_memory_is_scarce_the_one_over_its_bound_waits_behind_the_one_within() {
    let limiter = limiter_with(850);
    assert_eq!(limiter.level(), Level::Soft);
    let registry = ComponentRegistry::default();
    let (cache, source) = (component(&registry, "cache", MIB), component(&registry, "source", 4 * MIB));
    let own = |component| limiter.component(component).start().unwrap();
    let (of_cache, of_source) = (own(&cache), own(&source));
    let (_two, _three) = (allocate(&cache, 2), allocate(&source, 3));
    assert_eq!(of_cache.check().unwrap_err().component.unwrap().name, "cache");
    assert!(of_source.check().is_ok() && limiter.check().is_ok());
    let mut over = pin!(of_cache.wait_for_capacity());
    assert!(is_pending(over.as_mut()));
    // They come later, and are only slowed down.
    within_patience(of_source.wait_for_capacity()).await;
    within_patience(limiter.wait_for_capacity()).await;
    assert!(of_source.try_reserve(MIB as u64).is_ok());
    assert!(is_pending(over.as_mut()));
}

#[tokio::test]
async fn who_is_over_its_bound_goes_on_when_memory_is_scarce_no_more() {
    let (limiter, usage) = limiter_of(MemoryLimiter::builder(grant(1000 * MIB)), 850 * MIB as u64);
    let source = component(&ComponentRegistry::default(), "source", MIB);
    let own = limiter.component(&source).start().unwrap();
    let _block = allocate(&source, 2);
    let mut over = pin!(own.reserve(2 * MIB as u64));
    assert!(is_pending(over.as_mut()));
    usage.store(0, Ordering::Relaxed);
    assert_eq!(within_patience(over).await.unwrap().bytes(), 2 * MIB as u64);
}

#[test]
fn what_is_reserved_counts_for_the_component_and_for_the_process() {
    let limiter = limiter_with(0);
    let source = component(&ComponentRegistry::default(), "source", MIB);
    let own = always(&limiter, &source);
    let both = || (own.state().unwrap().reserved_bytes, state(&limiter).ledger.unfilled_bytes);
    let mut reservation = own.try_reserve(500_000).unwrap();
    assert_eq!(both(), (500_000, 500_000));
    reservation.try_grow(100_000).unwrap();
    assert_eq!(reservation.shrink(50_000), 50_000);
    assert_eq!(both(), (550_000, 550_000));
    let part = reservation.split(150_000);
    drop(part);
    assert_eq!(both(), (400_000, 400_000));
    let other = own.try_reserve(100_000).unwrap();
    reservation.merge(other).unwrap();
    let of_the_process = limiter.try_reserve(7).unwrap();
    assert_eq!(reservation.merge(of_the_process).unwrap_err().bytes(), 7);
    assert_eq!(both(), (500_000, 500_000));
    let token = source.token();
    let block: Vec<u8> = token.scope(|| reservation.scope(|| Vec::with_capacity(300_000)));
    assert_eq!(both(), (200_000, 200_000));
    token.scope(|| reservation.scope(|| drop(block)));
    assert_eq!(both(), (500_000, 500_000));
    assert_eq!(
        own.try_reserve(600_000).unwrap_err().to_string(),
        "there is no room for 585.9 KiB now: source has 0 B live and 488.3 KiB reserved, of the 1.0 MiB that it declares"
    );
    assert_eq!(reservation.try_grow(600_000).unwrap_err().reason, ReserveReason::AboveLimit);
    reservation.settle(1);
    assert_eq!(both(), (0, 0));
    drop(reservation);
    assert_eq!((both(), state(&limiter).reservations), ((0, 0), 0));
}

#[test]
fn a_reservation_waits_for_the_one_before_it_and_leaves_nothing_behind() {
    let limiter = limiter_with(0);
    let source = component(&ComponentRegistry::default(), "source", 1000);
    let own = always(&limiter, &source);
    let both = || (own.state().unwrap().reserved_bytes, state(&limiter).ledger.unfilled_bytes);
    let first = own.try_reserve(800).unwrap();
    {
        let (mut second, mut third) = (pin!(own.reserve(300)), pin!(own.reserve(100)));
        assert!(is_pending(second.as_mut()));
        assert!(is_pending(third.as_mut()), "there is room for it, but one came before");
        assert_eq!(both(), (800, 800));
        drop(first);
        assert_eq!(both(), (400, 400));
    }
    assert_eq!((both(), state(&limiter).reservations), ((0, 0), 0));
}

#[test]
fn usage_says_what_is_reserved_and_how_much_is_over() {
    let limiter = limiter_with(0);
    let registry = ComponentRegistry::default();
    let (source, sink) =
        (component(&registry, "topology.source", MIB), component(&registry, "topology.sink", MIB));
    let own = limiter.component(&source).start().unwrap();
    let _block = allocate(&source, 1);
    let reservation = own.try_reserve(100).unwrap();
    let usage = source.usage();
    assert_eq!((usage.reserved_bytes, usage.over_bytes), (Some(100), Some(100)));
    let topology = registry.get_or_create("topology").usage();
    assert_eq!((topology.reserved_bytes, topology.total_reserved_bytes), (None, Some(100)));
    assert_eq!(topology.total_over_bytes, Some(0));
    assert_eq!((sink.usage().reserved_bytes, sink.usage().over_bytes), (None, None));
    drop(reservation);
    assert_eq!(source.usage().reserved_bytes, Some(0));
}

#[test]
fn a_component_below_another_is_held_to_both_bounds() {
    let limiter = limiter_with(0);
    let registry = ComponentRegistry::default();
    let topology = component(&registry, "topology", 2 * MIB);
    let (source, sink) = (component(&topology, "source", MIB), component(&topology, "sink", MIB));
    let outer = always(&limiter, &topology);
    let inner = outer.component(&source).start().unwrap();
    // A group that there was not when the limiters were made.
    let block = allocate(&sink, 5);
    assert_eq!(inner.check().unwrap_err().component.unwrap().name, "topology");
    drop(block);
    let reservation = inner.try_reserve(4 * MIB as u64 - 7).unwrap();
    assert_eq!(outer.state().unwrap().reserved_bytes, reservation.bytes());
    assert_eq!(outer.try_reserve(8).unwrap_err().component.unwrap().name, "topology");
    assert!(outer.try_reserve(7).is_ok());
    let never = inner.try_reserve(4 * MIB as u64 + 1).unwrap_err();
    assert_eq!((never.reason, never.limit_bytes), (ReserveReason::AboveLimit, 4 * MIB as u64));
}

#[test]
fn a_component_that_was_removed_is_held_by_nothing() {
    let limiter = limiter_with(0);
    let registry = ComponentRegistry::default();
    let source = component(&registry, "source", MIB);
    let own = always(&limiter, &source);
    let _block = allocate(&source, 2);
    let reservation = own.exempt().try_reserve(9).unwrap();
    registry.remove("source").unwrap();
    assert!(own.check().is_ok());
    drop(reservation);
    let state = own.state().unwrap();
    assert_eq!((state.live_bytes, state.reserved_bytes), (0, 0));
}

#[test]
fn a_component_is_held_to_the_share_that_it_was_given() {
    let registry = ComponentRegistry::default();
    let (source, sink) = (component(&registry, "source", MIB), component(&registry, "sink", 3 * MIB));
    let grant = grant(8 * MIB);
    let partitioner = MemoryPartitioner::from_verified_bounds(registry.verify_bounds(grant).unwrap());
    let shares = partitioner.calculate_partitions(PartitionMode::Scaled);
    let limiter = limiter_with(0);
    let own = limiter
        .component(&source)
        .with_share(&shares["source"])
        .with_enforcement(Enforcement::Always)
        .start()
        .unwrap();
    assert_eq!(own.state().unwrap().bound_bytes, 2 * MIB as u64);
    assert!(own.try_reserve(2 * MIB as u64).is_ok());
    assert_eq!(own.try_reserve(2 * MIB as u64 + 1).unwrap_err().reason, ReserveReason::AboveLimit);
    let error = limiter.component(&sink).with_share(&shares["source"]).start().unwrap_err();
    assert_eq!(error.to_string(), "a share of `source` cannot be the bound of `sink`");
}

#[test]
fn what_cannot_be_a_bound_is_refused() {
    let (limiter, registry) = (MemoryLimiter::noop(), ComponentRegistry::default());
    let idle = registry.get_or_create("idle");
    let error = |component| limiter.component(component).start().unwrap_err().to_string();
    assert_eq!(
        error(&idle),
        "`idle` declares nothing that it could be held to; declare its bounds, or give it a share"
    );
    let huge = registry.get_or_create("huge");
    let unlimited = memory_accounting::UsageExpr::Unlimited { name: "size".to_owned() };
    huge.bounds_builder().firm().with_expr(unlimited);
    assert_eq!(error(&huge), "`huge` declares bounds that are unbounded; limit them, or give it a share");
    let outer = limiter.component(&component(&registry, "topology", 1)).start().unwrap();
    let error = outer.component(&component(&registry, "source", 1)).start().unwrap_err();
    let (component, parent) = ("source".to_owned(), "topology".to_owned());
    assert_eq!(error, ComponentLimitError::NotBelow { component, parent });
    assert_eq!(error.to_string(), "`source` is not below `topology`");
}

#[test]
fn below_a_noop_limiter_nobody_is_held_back() {
    let source = component(&ComponentRegistry::default(), "source", 1);
    let own = always(&MemoryLimiter::noop(), &source);
    let _block = allocate(&source, 1);
    assert!(own.check().is_ok() && own.try_reserve(u64::MAX).is_ok());
    own.wait_for_capacity_blocking(PATIENCE).unwrap();
    assert_eq!(own.state(), None);
}

#[tokio::test]
async fn hooks_of_a_component_are_asked_where_its_bound_refuses() {
    let (limiter, _usage) = limiter_reading(0);
    let registry = ComponentRegistry::default();
    let (source, sink) = (component(&registry, "source", MIB), component(&registry, "sink", MIB));
    let (own, other) = (always(&limiter, &source), always(&limiter, &sink));
    let caches = [&source, &sink].map(|component| Arc::new(Mutex::new(allocate(component, 1))));
    let hook = |name: &str, cache| {
        ReclaimHook::of(name, cache, |cache: &Mutex<Vec<u8>>, _| *cache.lock().unwrap() = Vec::new())
    };
    let _registrations = [
        limiter.on_reclaim(hook("of nobody", &caches[1])).unwrap(),
        other.on_reclaim(hook("of another", &caches[1])).unwrap(),
        own.on_reclaim(hook("own", &caches[0])).unwrap(),
    ];
    assert!(own.try_reserve(500).is_err());
    until(|| own.try_reserve(500).is_ok()).await;
    until(|| state(&limiter).hooks.iter().all(|hook| !hook.is_busy)).await;
    let calls: Vec<u64> = state(&limiter).hooks.iter().map(|hook| hook.calls).collect();
    assert_eq!(calls, [0, 0, 1]);
    // What is above both has no room.
    let all = always(&limiter, &component(&registry, "pipeline", MIB / 2));
    let part =
        all.component(&component(&registry, "pipeline.part", MIB)).with_enforcement(Enforcement::Always);
    let part = part.start().unwrap();
    let sibling = component(&registry, "pipeline.sibling", MIB);
    let cache = Arc::new(Mutex::new(allocate(&sibling, 1)));
    let sibling = all.component(&sibling).start().unwrap();
    sibling.on_reclaim(hook("sibling", &cache)).unwrap().keep();
    assert!(part.try_reserve(500).is_err());
    until(|| part.try_reserve(500).is_ok()).await;
}

#[test]
fn hooks_of_components_over_their_bounds_are_asked_first() {
    let (limiter, usage) = limiter_reading(0);
    let registry = ComponentRegistry::default();
    let (sender, asked) = mpsc::channel();
    let hook = |name: &'static str| {
        let sender = sender.clone();
        let hook = ReclaimHook::new(name, move |_| {
            let _ = sender.send(name);
        });
        hook.with_timeout(PATIENCE)
    };
    let mut held = Vec::new();
    limiter.on_reclaim(hook("of nobody")).unwrap().keep();
    for (name, mib, priority) in [("within", 1, -10), ("over", 3, 5), ("further over", 4, 10)] {
        let component = component(&registry, name, 2 * MIB);
        held.push(allocate(&component, mib));
        let own = limiter.component(&component).start().unwrap();
        own.on_reclaim(hook(name).with_priority(priority)).unwrap().keep();
    }
    usage.store(LIMIT, Ordering::Relaxed);
    let order = [(); 4].map(|()| asked.recv_timeout(PATIENCE).unwrap());
    assert_eq!(order, ["further over", "over", "within", "of nobody"]);
}

#[test]
fn what_fills_a_reservation_is_of_the_component_that_there_is_now() {
    let (registry, limiter) = (ComponentRegistry::default(), limiter_with(0));
    let own = limiter.component(&component(&registry, "cache", 8 * MIB)).start().unwrap();
    let mut reservation = own.try_reserve(4 * MIB as u64).unwrap();
    let mut fill = || reservation.scope(|| black_box(vec![0_u8; MIB]));
    let first = fill();
    registry.remove("cache").unwrap();
    let of_nobody = fill();
    let again = component(&registry, "cache", 8 * MIB);
    let of_the_new = fill();
    assert_eq!(again.usage().live.map(|live| live.bytes), Some(MIB));
    drop((first, of_nobody, of_the_new));
}

#[test]
fn what_fills_a_reservation_of_a_component_is_of_that_component_unless_of_another() {
    for limiter in [limiter_with(0), MemoryLimiter::noop()] {
        let registry = ComponentRegistry::default();
        let (cache, source) = (component(&registry, "cache", 8 * MIB), component(&registry, "source", MIB));
        let own = limiter.component(&cache).start().unwrap();
        let live = || [&cache, &source].map(|part| part.usage().live.map_or(0, |live| live.bytes));
        let mut reservation = own.try_reserve(4 * MIB as u64).unwrap();
        let pages = reservation.scope(|| black_box(vec![0_u8; MIB]));
        let mut part = reservation.split(MIB as u64);
        let more = part.scope(|| black_box(vec![0_u8; MIB]));
        assert_eq!(live(), [2 * MIB, 0]);
        let packet = source.token().scope(|| part.scope(|| black_box(vec![0_u8; MIB])));
        assert_eq!(live(), [2 * MIB, MIB]);
        let Poll::Ready(last) = poll_once(reservation.fill(async { black_box(vec![0_u8; MIB]) })) else {
            panic!("it never waits")
        };
        assert_eq!(live(), [3 * MIB, MIB]);
        if own.state().is_some() {
            assert_eq!((part.unfilled_bytes(), reservation.unfilled_bytes()), (0, MIB as u64));
        }
        drop((pages, more, packet, last));
        assert_eq!(live(), [0, 0]);
    }
}

#[test]
fn a_reservation_of_the_process_is_filled_where_its_caller_is() {
    let (limiter, registry) = (limiter_with(0), ComponentRegistry::default());
    let cache = component(&registry, "cache", 8 * MIB);
    let mut reservation = limiter.try_reserve(MIB as u64).unwrap();
    let _pages = reservation.scope(|| black_box(vec![0_u8; MIB]));
    assert_eq!((cache.usage().live, reservation.unfilled_bytes()), (None, 0));
}

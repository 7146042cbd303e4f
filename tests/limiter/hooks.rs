//! Hooks that give memory back.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use memory_accounting::{
    HookState, Level, LimiterMode, LimiterSettings, MemoryLimiter, ReclaimHook, ReclaimRequest, ReserveReason,
};

use crate::{LIMIT, PATIENCE, grant, limiter_reading, state, until, within_patience};

/// Hard ends 100 bytes below the limit.
const WANTED_AT_THE_LIMIT: u64 = 101;

fn hook(limiter: &MemoryLimiter, name: &str) -> HookState {
    state(limiter).hooks.into_iter().find(|hook| hook.name == name).expect("a registered hook")
}

/// A hook that sends the request, and then frees `bytes` of `usage`. It has time even on a machine that is busy.
fn freeing(
    name: &'static str,
    usage: &Arc<AtomicU64>,
    bytes: u64,
    asked: &Sender<(&'static str, ReclaimRequest)>,
) -> ReclaimHook {
    let (usage, asked) = (Arc::clone(usage), asked.clone());
    let hook = ReclaimHook::new(name, move |request| {
        let _ = asked.send((name, *request));
        usage.fetch_sub(bytes, Ordering::Relaxed);
    });
    hook.with_timeout(PATIENCE)
}

fn next(asked: &Receiver<(&'static str, ReclaimRequest)>) -> (&'static str, u64, Level) {
    let (name, request) = asked.recv_timeout(PATIENCE).expect("a hook is asked");
    (name, request.wanted_bytes, request.level)
}

#[tokio::test]
async fn hooks_are_asked_in_order_until_there_is_enough() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, asked) = mpsc::channel();
    let _registrations =
        [("last", 10, 0), ("second", 0, 150), ("first", -10, 50)].map(|(name, priority, bytes)| {
            limiter.on_reclaim(freeing(name, &usage, bytes, &sender).with_priority(priority)).unwrap()
        });
    let names: Vec<String> = state(&limiter).hooks.into_iter().map(|hook| hook.name).collect();
    assert_eq!(names, ["first", "second", "last"]);
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(next(&asked), ("first", WANTED_AT_THE_LIMIT, Level::Hard));
    // Live bytes, not what anybody says, tell what is wanted still.
    assert_eq!(next(&asked), ("second", WANTED_AT_THE_LIMIT - 50, Level::Hard));
    until(|| limiter.level() == Level::Soft && !hook(&limiter, "second").is_busy).await;
    let reclaimed: Vec<u64> = state(&limiter).hooks.iter().map(|hook| hook.reclaimed_bytes).collect();
    assert_eq!(reclaimed, [50, 150, 0]);
    let counts = state(&limiter).counts;
    assert_eq!((counts.reclaim_calls, counts.reclaimed_bytes), (2, 200));
    // The last one was not asked before it all begins anew, for a refusal.
    assert!(limiter.try_reserve(300).is_err());
    assert_eq!(next(&asked), ("first", 130, Level::Soft));
}

#[test]
fn hooks_are_asked_again_as_long_as_there_is_not_enough() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, asked) = mpsc::channel();
    let _registration = limiter.on_reclaim(freeing("cache", &usage, 40, &sender)).unwrap();
    usage.store(LIMIT, Ordering::Relaxed);
    for wanted in [WANTED_AT_THE_LIMIT, WANTED_AT_THE_LIMIT - 40, WANTED_AT_THE_LIMIT - 80] {
        assert_eq!(next(&asked), ("cache", wanted, Level::Hard));
    }
}

#[tokio::test]
async fn a_retry_finds_room_after_a_refusal() {
    let (limiter, usage) = limiter_reading(600);
    let (sender, asked) = mpsc::channel();
    let _registration = limiter.on_reclaim(freeing("cache", &usage, 130, &sender)).unwrap();
    assert_eq!(limiter.try_reserve(500).unwrap_err().reason, ReserveReason::NoRoom);
    // Room is up to where memory becomes hard, at 970.
    assert_eq!(next(&asked), ("cache", 130, Level::Normal));
    until(|| limiter.try_reserve(500).is_ok()).await;
}

#[tokio::test]
async fn who_waits_for_a_reservation_gets_what_a_hook_frees() {
    const MIB: usize = 1 << 20;
    let mut settings = LimiterSettings::default();
    // Nobody is let through without room.
    settings.progress_milliseconds = 3_600_000;
    let limiter = MemoryLimiter::builder(grant(1024 * MIB)).with_settings(settings).start().unwrap();
    // Its pages are never touched, so that only the tracking allocator sees it.
    let cache = Arc::new(Mutex::new(vec![0_u8; 1000 * MIB]));
    let hook = ReclaimHook::of("cache", &cache, |cache, _| drop(std::mem::take(&mut *cache.lock().unwrap())));
    limiter.on_reclaim(hook).unwrap().keep();
    let reservation = within_patience(limiter.reserve(500 * MIB as u64)).await.unwrap();
    assert!(cache.lock().unwrap().is_empty());
    drop(reservation);
}

#[test]
fn a_hook_that_panics_is_counted_and_the_next_one_asked() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, asked) = mpsc::channel();
    let panicking = ReclaimHook::new("panics", |_| panic!("on purpose"));
    let _panics = limiter.on_reclaim(panicking.with_timeout(PATIENCE)).unwrap();
    let _cache = limiter.on_reclaim(freeing("cache", &usage, 200, &sender)).unwrap();
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(next(&asked), ("cache", WANTED_AT_THE_LIMIT, Level::Hard));
    let panics = hook(&limiter, "panics");
    assert_eq!((panics.calls, panics.panics, panics.is_busy), (1, 1, false));
    assert_eq!(state(&limiter).counts.reclaim_panics, 1);
}

#[tokio::test]
async fn a_slow_hook_keeps_nobody_waiting_beyond_its_time() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, asked) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let slow = ReclaimHook::new("slow", move |request| {
        let _ = released.lock().unwrap().recv();
        assert!(request.is_overdue());
    });
    let _slow = limiter.on_reclaim(slow.with_timeout(Duration::from_millis(1))).unwrap();
    let _cache = limiter.on_reclaim(freeing("cache", &usage, 300, &sender)).unwrap();
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(next(&asked).0, "cache");
    assert_eq!((hook(&limiter, "slow").slow, hook(&limiter, "slow").is_busy), (1, true));
    within_patience(limiter.wait_for_capacity()).await;
    drop(limiter.try_reserve(1).unwrap());
    // It is not asked again while it is at it.
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(next(&asked).0, "cache");
    assert_eq!(hook(&limiter, "slow").calls, 1);
    release.send(()).unwrap();
    until(|| !hook(&limiter, "slow").is_busy).await;
    assert_eq!((hook(&limiter, "slow").panics, state(&limiter).counts.slow_reclaims), (0, 1));
}

#[test]
fn a_hook_whose_owner_is_gone_is_removed() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, asked) = mpsc::channel();
    let owner = Arc::new(());
    let (on_end, ended) = mpsc::channel();
    let of_owner = {
        let (sender, on_end) = (sender.clone(), Ended(on_end));
        ReclaimHook::of("orphan", &owner, move |(), request| {
            let _owned = &on_end;
            let _ = sender.send(("orphan", *request));
        })
    };
    limiter.on_reclaim(of_owner).unwrap().keep();
    let _cache = limiter.on_reclaim(freeing("cache", &usage, 200, &sender)).unwrap();
    assert_eq!(state(&limiter).hooks.len(), 2);
    drop(owner);
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(next(&asked).0, "cache");
    assert_eq!(state(&limiter).hooks.len(), 1);
    ended.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn hooks_whose_owners_come_and_go_leave_nothing_behind_where_memory_is_never_scarce() {
    let (limiter, _usage) = limiter_reading(0);
    let (on_end, ended) = mpsc::channel();
    for _ in 0..3 {
        let (owner, on_end) = (Arc::new(()), Ended(on_end.clone()));
        let hook = ReclaimHook::of("short-lived", &owner, move |(), _| {
            let _owned = &on_end;
        });
        limiter.on_reclaim(hook).unwrap().keep();
    }
    for _ in 0..2 {
        ended.recv_timeout(PATIENCE).unwrap();
    }
    assert!(state(&limiter).hooks.is_empty());
    ended.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_hook_may_use_the_limiter() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, done) = mpsc::channel();
    let of_hook = limiter.clone();
    let of_hook_usage = Arc::clone(&usage);
    let uses = ReclaimHook::new("uses", move |_| {
        assert!(of_hook.check().is_err() && of_hook.try_reserve(500).is_err());
        drop(of_hook.exempt().try_reserve(500).unwrap());
        // For as long as it takes to join the queue and leave it.
        drop(of_hook.reserve_blocking(500, Duration::from_millis(1)));
        let is_busy = of_hook.state().unwrap().hooks[0].is_busy;
        of_hook_usage.store(0, Ordering::Relaxed);
        drop(of_hook.reserve_blocking(500, PATIENCE).unwrap());
        drop(of_hook.on_reclaim(ReclaimHook::new("another", |_| ())).unwrap());
        let _ = sender.send(is_busy);
    });
    let _registration = limiter.on_reclaim(uses).unwrap();
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(done.recv_timeout(PATIENCE), Ok(true));
}

#[tokio::test]
async fn a_hook_may_drop_its_own_registration() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, asked) = mpsc::channel();
    let slot = Arc::new(Mutex::new(None));
    let once = {
        let (slot, asked) = (Arc::clone(&slot), sender.clone());
        ReclaimHook::new("once", move |request| {
            drop(slot.lock().unwrap().take());
            let _ = asked.send(("once", *request));
        })
    };
    *slot.lock().unwrap() = Some(limiter.on_reclaim(once).unwrap());
    let _cache = limiter.on_reclaim(freeing("cache", &usage, 200, &sender)).unwrap();
    for expected in [["once", "cache"].as_slice(), &["cache"]] {
        usage.store(LIMIT, Ordering::Relaxed);
        for name in expected {
            assert_eq!(next(&asked).0, *name);
        }
        until(|| limiter.level() == Level::Soft).await;
    }
    assert_eq!(state(&limiter).hooks.len(), 1);
}

/// Sends when it is dropped.
struct Ended(Sender<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[test]
fn hooks_end_with_their_registration_or_with_the_limiter() {
    let (limiter, _usage) = limiter_reading(0);
    let (sender, ended) = mpsc::channel();
    let registered = || {
        let ends = Ended(sender.clone());
        limiter
            .on_reclaim(ReclaimHook::new("ends", move |_| {
                let _owned = &ends;
            }))
            .unwrap()
    };
    let dropped = registered();
    registered().keep();
    drop(dropped);
    ended.recv_timeout(PATIENCE).unwrap();
    assert_eq!(ended.try_recv(), Err(mpsc::TryRecvError::Empty));
    drop(limiter);
    ended.recv_timeout(PATIENCE).unwrap();
}

#[tokio::test]
async fn hooks_are_not_asked_by_one_that_only_observes() {
    let (limiter, usage) = limiter_reading(LIMIT);
    limiter.set_mode(LimiterMode::Observe);
    let (sender, asked) = mpsc::channel();
    let (told, levels) = mpsc::channel();
    let _cache = limiter.on_reclaim(freeing("cache", &usage, 200, &sender)).unwrap();
    let _told = limiter
        .on_level(move |report| {
            let _ = told.send(report.level);
        })
        .unwrap();
    assert_eq!(levels.recv_timeout(PATIENCE), Ok(Level::Hard));
    usage.store(850, Ordering::Relaxed);
    assert_eq!(levels.recv_timeout(PATIENCE), Ok(Level::Soft));
    assert_eq!(hook(&limiter, "cache").calls, 0);
    usage.store(LIMIT, Ordering::Relaxed);
    limiter.set_mode(LimiterMode::Enforce);
    assert_eq!(next(&asked).0, "cache");
}

#[test]
fn a_limiter_that_limits_nothing_takes_hooks() {
    let limiter = MemoryLimiter::noop();
    limiter.on_reclaim(ReclaimHook::new("never asked", |_| ())).unwrap().keep();
    limiter.on_level(|_| ()).unwrap().keep();
}

#[test]
#[cfg(unix)]
fn a_forked_child_asks_its_own() {
    let (limiter, _usage) = limiter_reading(0);
    let asked = Arc::new(AtomicBool::new(false));
    let by_hook = Arc::clone(&asked);
    let _registration = limiter
        .on_reclaim(ReclaimHook::new("cache", move |_| by_hook.store(true, Ordering::Relaxed)))
        .unwrap();
    assert!(crate::fork::in_child(|| {
        let lost_its_thread = !hook(&limiter, "cache").has_thread;
        let refused = limiter.try_reserve(LIMIT - 10).is_err();
        while !asked.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        lost_its_thread && refused && hook(&limiter, "cache").has_thread
    }));
    assert!(!asked.load(Ordering::Relaxed));
}

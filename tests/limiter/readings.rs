//! Readings that fail, block or panic, and the threads that take them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot};
use memory_accounting::{
    Level, LimiterError, LimiterHealth, LimiterSettings, MemoryLimiter, MemoryLimiterBuilder,
};

use crate::{LIMIT, PATIENCE, grant, poll_once, state, until, within_patience};

/// A limiter whose readings are stale after a moment.
fn impatient() -> MemoryLimiterBuilder {
    let mut settings = LimiterSettings::default();
    settings.stale_after_milliseconds = 500;
    MemoryLimiter::builder(grant(1000)).with_settings(settings)
}

#[test]
fn there_is_no_limiter_where_usage_cannot_be_read() {
    let error = MemoryLimiter::builder(grant(1000)).with_usage_source(|| None).start().unwrap_err();
    assert!(matches!(error, LimiterError::NoReading { .. }), "{error}");
}

/// Nobody else's thread is ever held by it, that of whoever starts the limiter included.
#[test]
fn a_source_is_called_on_the_limiters_thread_alone() {
    let (sender, threads) = mpsc::channel();
    let source = move || {
        let _ = sender.send(thread::current().name().map(str::to_owned));
        Some(0)
    };
    let limiter = MemoryLimiter::builder(grant(1000)).with_usage_source(source).start().unwrap();
    for _ in 0..2 {
        assert_eq!(threads.recv_timeout(PATIENCE).unwrap().as_deref(), Some("memory-sampler"));
    }
    drop(limiter);
}

#[test]
fn a_first_reading_that_blocks_or_panics_is_none() {
    let start =
        |usage: fn() -> Option<u64>| MemoryLimiter::builder(grant(1000)).with_usage_source(usage).start();
    let blocks = start(|| {
        loop {
            thread::park();
        }
    });
    let LimiterError::NoReading { reason } = blocks.unwrap_err() else { panic!("another reason") };
    assert_eq!(reason.unwrap().kind(), std::io::ErrorKind::TimedOut);
    let panics = start(|| panic!("on purpose"));
    assert!(matches!(panics.unwrap_err(), LimiterError::NoReading { .. }));
}

#[test]
fn usage_and_what_is_resident_may_both_be_read_in_whatever_order_that_is_said() {
    let builder = || MemoryLimiter::builder(grant(1000));
    let (usage, resident) = (|| Some(LIMIT / 10), || Some(LIMIT / 5));
    for builder in [
        builder().with_usage_source(usage).with_resident_source(resident),
        builder().with_resident_source(resident).with_usage_source(usage),
    ] {
        let ledger = state(&builder.start().unwrap()).ledger;
        assert_eq!((ledger.live_bytes, ledger.resident_bytes), (LIMIT / 10, Some(LIMIT / 5)));
    }
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    let mut settings = LimiterSettings::default();
    settings.tracked_soft_percent = 99;
    let error = MemoryLimiter::builder(grant(1000)).with_settings(settings).start().unwrap_err();
    assert!(matches!(error, LimiterError::InvalidSettings { .. }), "{error}");
}

/// Reads the limit until told to do what `otherwise` says.
fn failing(otherwise: impl Fn() -> Option<u64> + Send + Sync + 'static) -> (MemoryLimiter, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    let source = Arc::clone(&fails);
    let reading = move || if source.load(Ordering::Relaxed) { otherwise() } else { Some(LIMIT) };
    (impatient().with_usage_source(reading).start().unwrap(), fails)
}

/// Nobody waits because of a reading of a while ago, and the state says so.
async fn no_longer_counts(limiter: &MemoryLimiter) {
    until(|| state(limiter).health == LimiterHealth::StaleReading).await;
    within_patience(limiter.wait_for_capacity()).await;
    assert_eq!(limiter.level(), Level::Normal);
}

#[tokio::test]
async fn a_reading_that_fails_for_good_no_longer_counts() {
    let (limiter, fails) = failing(|| None);
    assert_eq!(limiter.level(), Level::Hard);
    fails.store(true, Ordering::Relaxed);
    no_longer_counts(&limiter).await;
    assert!(state(&limiter).counts.failed_readings > 0);
    fails.store(false, Ordering::Relaxed);
    until(|| limiter.level() == Level::Hard).await;
}

#[tokio::test]
async fn a_reading_that_panics_no_longer_counts() {
    let (limiter, fails) = failing(|| panic!("on purpose"));
    fails.store(true, Ordering::Relaxed);
    no_longer_counts(&limiter).await;
}

#[tokio::test]
async fn a_reading_that_blocks_holds_nobody() {
    let (limiter, fails) = failing(|| {
        thread::park();
        None
    });
    fails.store(true, Ordering::Relaxed);
    no_longer_counts(&limiter).await;
}

/// Sends when it is dropped, which is when nobody reads the usage any more.
struct Ended(mpsc::Sender<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[test]
fn the_threads_end_with_the_last_clone() {
    let (on_end, ended) = mpsc::channel();
    let on_end = Ended(on_end);
    let (sender, samples) = mpsc::channel();
    let limiter = MemoryLimiter::builder(grant(1000)).with_usage_source(move || {
        let _owned = &on_end;
        let _ = sender.send(());
        Some(LIMIT)
    });
    let limiter = limiter.start().unwrap();
    let clone = limiter.clone();
    drop(limiter);
    while samples.try_recv().is_ok() {}
    // The first may have been under way when the other clone was dropped, the second was not.
    for _ in 0..2 {
        samples.recv_timeout(PATIENCE).unwrap();
    }
    assert_eq!(ended.try_recv(), Err(mpsc::TryRecvError::Empty));
    drop(clone);
    ended.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn what_the_limiter_allocates_counts_to_the_root() {
    let component = AllocationGroupRegistry::global().register_allocation_group("maker of a limiter");
    let (sender, groups) = mpsc::channel();
    let source = move || {
        let _ = sender.send(AllocationGroupToken::current());
        Some(LIMIT)
    };
    let limiter =
        component.scope(|| MemoryLimiter::builder(grant(1000)).with_usage_source(source).start()).unwrap();
    let (first, by_the_thread) =
        (groups.recv_timeout(PATIENCE).unwrap(), groups.recv_timeout(PATIENCE).unwrap());
    assert_eq!([first, by_the_thread], [AllocationGroupToken::root(); 2]);
    component.scope(|| {
        assert!(poll_once(limiter.wait_for_capacity()).is_pending());
        assert!(limiter.check().is_err());
        drop(limiter.try_reserve(1));
    });
    drop(limiter);
    assert_eq!(component.stats().live_bytes(), AllocationStatsSnapshot::empty().live_bytes());
}

/// Much is resident that is not live, and what is resident is what a purge leaves of it.
#[tokio::test]
async fn a_purge_of_the_programs_own_is_called_near_the_limit_and_seldom_where_it_gives_nothing_back() {
    let resident = Arc::new(AtomicU64::new(LIMIT / 2));
    let (sender, purges) = mpsc::channel();
    let limiter = {
        let [source, left] = [(); 2].map(|()| Arc::clone(&resident));
        let builder = MemoryLimiter::builder(grant(1000)).with_usage_source(|| Some(LIMIT / 10));
        let builder = builder.with_resident_source(move || Some(source.load(Ordering::Relaxed)));
        let builder = builder.with_purge(move || {
            sender.send((Instant::now(), AllocationGroupToken::current())).unwrap();
            // The first one gives something back, and others do not.
            let _ = left.compare_exchange(LIMIT, LIMIT - 10, Ordering::Relaxed, Ordering::Relaxed);
        });
        builder.start().unwrap()
    };
    until(|| state(&limiter).ledger.resident_bytes == Some(LIMIT / 2)).await;
    assert!(purges.try_recv().is_err(), "it is far from the limit");
    resident.store(LIMIT, Ordering::Relaxed);
    let next = || purges.recv_timeout(PATIENCE).unwrap();
    let [(_, group), (second, _), (third, _)] = [(); 3].map(|()| next());
    assert_eq!(group, AllocationGroupToken::root());
    // After one that is worth it, a second; each that is not doubles that.
    assert!(third.duration_since(second) >= Duration::from_secs(2));
    let counts = state(&limiter).counts;
    assert!(counts.purges >= 2, "{counts:?}");
    assert_eq!(counts.purged_bytes, 10);
}

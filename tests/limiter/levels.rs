//! Being told of the level.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::Duration;

use memory_accounting::{HookRegistration, Level, LevelReport, LimiterSettings, MemoryLimiter, ReclaimHook};

use crate::{LIMIT, PATIENCE, grant, limiter_of, limiter_reading, state, until};

fn told(limiter: &MemoryLimiter) -> (HookRegistration, Receiver<LevelReport>) {
    let (sender, reports) = mpsc::channel();
    (limiter.on_level(move |report| drop(sender.send(report.clone()))).unwrap(), reports)
}

fn next(reports: &Receiver<LevelReport>) -> (Level, Level) {
    let report = reports.recv_timeout(PATIENCE).expect("it is told");
    (report.before, report.level)
}

#[test]
fn each_change_is_told_once() {
    let (limiter, usage) = limiter_reading(0);
    let (registration, reports) = told(&limiter);
    let changes = [
        (850, Level::Normal, Level::Soft),
        (LIMIT, Level::Soft, Level::Hard),
        (0, Level::Hard, Level::Normal),
    ];
    for (bytes, before, level) in changes {
        usage.store(bytes, Ordering::Relaxed);
        assert_eq!(next(&reports), (before, level));
    }
    assert_eq!(state(&limiter).counts.level_reports, 3);
    drop(registration);
    // The callback is dropped, so nothing more can come.
    assert!(matches!(reports.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected)));
}

#[test]
fn a_report_says_what_there_is_to_say() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    let (_registration, reports) = told(&limiter);
    let report = reports.recv_timeout(PATIENCE).unwrap();
    assert_eq!((report.state.ledger.live_bytes, report.state.level), (LIMIT, Level::Hard));
    assert!(!report.largest.is_empty() && report.largest.len() <= 5, "{:?}", report.largest);
    assert!(
        report.to_string().starts_with("memory is hard, was normal: 1000 B of 1000 B tracked"),
        "{report}"
    );
    assert_eq!(serde_json::to_value(&report).unwrap()["before"], "normal");
}

#[test]
fn a_level_that_was_told_lately_is_not_told_again() {
    let mut settings = LimiterSettings::default();
    settings.level_report_milliseconds = 3_600_000;
    let (limiter, usage) = limiter_of(MemoryLimiter::builder(grant(1000)).with_settings(settings), LIMIT);
    let (_first, reports) = told(&limiter);
    assert_eq!(next(&reports), (Level::Normal, Level::Hard));
    usage.store(0, Ordering::Relaxed);
    assert_eq!(next(&reports), (Level::Hard, Level::Normal));
    usage.store(LIMIT, Ordering::Relaxed);
    // Told after the first is looked at.
    let (_second, others) = told(&limiter);
    assert_eq!(next(&others), (Level::Normal, Level::Hard));
    assert!(matches!(reports.try_recv(), Err(TryRecvError::Empty)));
    usage.store(850, Ordering::Relaxed);
    assert_eq!(next(&reports), (Level::Normal, Level::Soft));
}

#[tokio::test]
async fn a_slow_hook_does_not_delay_it() {
    let (limiter, usage) = limiter_reading(0);
    let (release, released) = mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let slow = ReclaimHook::new("slow", move |_| {
        let _ = released.lock().unwrap().recv();
    });
    let _slow = limiter.on_reclaim(slow.with_timeout(Duration::from_secs(3600))).unwrap();
    let (_registration, reports) = told(&limiter);
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(next(&reports), (Level::Normal, Level::Hard));
    until(|| state(&limiter).hooks[0].is_busy).await;
    usage.store(850, Ordering::Relaxed);
    assert_eq!(next(&reports), (Level::Hard, Level::Soft));
    drop(release);
}

#[test]
fn a_panic_is_counted_and_it_is_told_again() {
    let (limiter, usage) = limiter_reading(0);
    let (sender, levels) = mpsc::channel();
    let _registration = limiter
        .on_level(move |report| {
            let _ = sender.send(report.level);
            assert!(report.level != Level::Soft, "on purpose");
        })
        .unwrap();
    for (bytes, level) in [(850, Level::Soft), (LIMIT, Level::Hard)] {
        usage.store(bytes, Ordering::Relaxed);
        assert_eq!(levels.recv_timeout(PATIENCE), Ok(level));
    }
    assert_eq!(state(&limiter).counts.level_panics, 1);
}

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use memory_accounting::{ComponentRegistry, LimiterMode, MemoryGrant, MemoryLimiter, MemoryReport};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::sample::{KIB, component, root, unbounded};

/// An event with this number makes the subscriber panic.
const PANICS: u64 = 234_567;

/// Sends each event as a line: level, message, fields.
struct Lines(Mutex<Sender<String>>);

struct Fields {
    message: String,
    others: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            write!(self.message, "{value:?}").unwrap();
        } else {
            write!(self.others, " {}={value:?}", field.name()).unwrap();
        }
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields { message: String::new(), others: String::new() };
        event.record(&mut fields);
        let line = format!("{} {}:{}", event.metadata().level(), fields.message, fields.others);
        let panics = line.contains(&format!("_bytes={PANICS}"));
        let _ = self.0.lock().unwrap().send(line);
        assert!(!panics, "on purpose");
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn lines_of(work: impl FnOnce()) -> Vec<String> {
    let (sender, lines) = mpsc::channel();
    tracing::subscriber::with_default(Lines(Mutex::new(sender)), work);
    lines.try_iter().collect()
}

/// What other threads emit in this program.
static EVERYWHERE: LazyLock<Mutex<Receiver<String>>> = LazyLock::new(|| {
    let (sender, lines) = mpsc::channel();
    tracing::subscriber::set_global_default(Lines(Mutex::new(sender))).unwrap();
    Mutex::new(lines)
});

#[test]
fn a_report_is_an_event_for_the_process_and_one_for_each_component() {
    let components = vec![component("small", 4 * KIB, KIB), component("large", KIB, 4 * KIB)];
    let report = MemoryReport::of(root(0, components)).with_resident_bytes(9);
    let expected = [
        "INFO memory of the process: live_bytes=5120 peak_bytes=10240 minimum_bytes=2560 firm_limit_bytes=5120 resident_bytes=9",
        "DEBUG memory of a component: component=\"small\" live_bytes=1024 peak_bytes=2048 minimum_bytes=2048 firm_limit_bytes=4096",
        "WARN component holds more memory than it declared: component=\"large\" live_bytes=4096 peak_bytes=5120 minimum_bytes=512 firm_limit_bytes=1024",
    ];
    assert_eq!(lines_of(|| report.emit_events()), expected);
}

#[test]
fn what_is_unbounded_or_unknown_is_left_out_of_an_event() {
    let report = MemoryReport::of(root(0, vec![unbounded("huge")]));
    let expected = [
        "INFO memory of the process: live_bytes=0 peak_bytes=0 minimum_bytes=7",
        "DEBUG memory of a component: component=\"huge\" minimum_bytes=7",
    ];
    assert_eq!(lines_of(|| report.emit_events()), expected);
}

#[test]
fn verification_is_an_event_either_way() {
    let registry = ComponentRegistry::default();
    registry.bounds_builder().minimum().with_fixed_amount("buffer", 100);
    let verify = |bytes| registry.verify_bounds(MemoryGrant::effective(bytes).unwrap());
    let (fits, fails) = (verify(150).unwrap(), verify(50).unwrap_err());
    assert_eq!(
        lines_of(|| fits.emit_event()),
        ["INFO the declared memory fits: available_bytes=150 minimum_bytes=100 firm_limit_bytes=100"]
    );
    assert_eq!(
        lines_of(|| fails.emit_event()),
        [format!("ERROR the declared memory does not fit: reason={fails}")]
    );
}

#[test]
fn a_change_of_the_level_is_an_event() {
    // No other test has a limiter of this size.
    const LIMIT: u64 = 123_456;
    let lines = EVERYWHERE.lock().unwrap();
    let usage = Arc::new(AtomicU64::new(0));
    let source = Arc::clone(&usage);
    let limiter = MemoryLimiter::builder(MemoryGrant::effective(123_456).unwrap())
        .with_usage_source(move || Some(source.load(Ordering::Relaxed)))
        .start()
        .unwrap();
    let next = || loop {
        let line = lines.recv_timeout(Duration::from_secs(30)).unwrap();
        if line.contains("full_bytes=123456") {
            return line;
        }
    };
    limiter.set_mode(LimiterMode::Observe);
    usage.store(LIMIT, Ordering::Relaxed);
    assert_eq!(
        next(),
        "WARN memory is scarce: callers would wait: tracked_bytes=123456 held_bytes=123456 effective_bytes=123456 \
         full_bytes=123456 waiting=0"
    );
    usage.store(1, Ordering::Relaxed);
    assert_eq!(
        next(),
        "INFO memory is no longer scarce: tracked_bytes=1 held_bytes=1 effective_bytes=123456 full_bytes=123456"
    );
    drop(limiter);
}

#[test]
fn reservations_that_outlive_their_limiter_are_an_event() {
    let lines = EVERYWHERE.lock().unwrap();
    let limiter = MemoryLimiter::builder(MemoryGrant::effective(1_000_000).unwrap())
        .with_usage_source(|| Some(0))
        .start()
        .unwrap();
    // No other test has one of this size.
    let reservation = limiter.try_reserve(654_321).unwrap();
    drop(limiter);
    let expected =
        "WARN a limiter has ended while reservations of it are held: reservations=1 unfilled_bytes=654321";
    while lines.recv_timeout(Duration::from_secs(30)).unwrap() != expected {}
    drop(reservation);
}

#[test]
fn a_subscriber_that_panics_ends_no_thread_of_the_limiters() {
    let lines = EVERYWHERE.lock().unwrap();
    let usage = Arc::new(AtomicU64::new(PANICS));
    let source = Arc::clone(&usage);
    let limiter = MemoryLimiter::builder(MemoryGrant::effective(234_567).unwrap())
        .with_usage_source(move || Some(source.load(Ordering::Relaxed)))
        .start()
        .unwrap();
    while !lines.recv_timeout(Duration::from_secs(30)).unwrap().contains("full_bytes=234567") {}
    usage.store(1, Ordering::Relaxed);
    // The next reading is taken, too; without one, nothing would count after a while.
    let end = Instant::now() + Duration::from_secs(30);
    while limiter.state().unwrap().ledger.live_bytes != 1 {
        assert!(Instant::now() < end, "the thread has ended");
        std::thread::yield_now();
    }
    let reservation = limiter.exempt().try_reserve(PANICS).unwrap();
    drop(limiter);
    drop(reservation);
}

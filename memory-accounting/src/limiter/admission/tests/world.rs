//! A limiter, those who ask it, and the memory they take; and what has to be true of them at any time.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use super::service::{LiveKnown, Threads};
use super::{clock, service};
use crate::grant::MemoryGrant;
use crate::limiter::account::{Account, Owner};
use crate::limiter::admission::overdraft::Overdraft;
use crate::limiter::admission::{Admission, LiveBytes};
use crate::limiter::level::Level;
use crate::limiter::queue::Request;
use crate::limiter::reservation::Reservation;
use crate::limiter::settings::{LimiterMode, LimiterSettings};
use crate::limiter::wait::Wait;
use crate::lock::lock;

pub(super) const LIMIT: u64 = 100_000;

/// How long one of a limiter's windows lasts, and how many go on in the first after memory was hard.
const WINDOW: Duration = Duration::from_millis(10);
const SLOW_START: u64 = 4;

type Log = Arc<Mutex<Vec<usize>>>;

pub(super) struct World {
    pub(super) admission: Arc<Admission>,
    pub(super) live_known: LiveKnown,
    pub(super) now: Instant,
    pub(super) threads: Threads,
    /// What is allocated, what the allocator has for it, and what is resident beside that.
    pub(super) live: u64,
    pub(super) heap: u64,
    pub(super) other: u64,
    pub(super) reservations: Vec<Held>,
    pub(super) callers: BTreeMap<usize, Caller>,
    log: Log,
    next_caller: usize,
    /// Of those that wait for capacity, and of those that wait for bytes: the former may overtake.
    newest_let_through: [Option<usize>; 2],
    seen: Seen,
}

/// A reservation, and for how much of it there was no room.
pub(super) struct Held {
    pub(super) reservation: Reservation,
    pub(super) overdrawn: u64,
}

/// One that waits, or was let through and has not been polled since.
pub(super) struct Caller {
    pub(super) request: Request,
    future: Pin<Box<dyn Future<Output = Got>>>,
    /// Ends the growth, and not the reservation.
    cancelled: Rc<Cell<bool>>,
    /// What the reservation had left that grows.
    pub(super) holds: u64,
    pub(super) let_through: bool,
    /// The limit became less than it asked for.
    refused: bool,
    pub(super) overdrawn: u64,
}

pub(super) enum Got {
    Capacity,
    Reserved(Reservation),
    Refused,
    /// The reservation, and whether it has grown.
    Grown(Reservation, bool),
}

/// What the last check saw.
#[derive(Default)]
struct Seen {
    overdrawn: u64,
    progressed: u64,
    level: Level,
    /// When memory ceased to be hard, and how many were let through since that had waited.
    after_hard: Option<(Instant, u64)>,
    /// The last time that one was let through while memory was hard.
    progress: Option<Instant>,
    granted_at_once: bool,
}

struct Woken(usize, Log);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        lock(&self.1).push(self.0);
    }
}

pub(super) fn grant(bytes: u64, slop: f64) -> MemoryGrant {
    MemoryGrant::with_slop_factor(usize::try_from(bytes).expect("small"), slop).expect("a grant")
}

impl World {
    pub(super) fn new(live_known: LiveKnown, slop: f64) -> Self {
        let now = Instant::now();
        clock::set(now);
        let live = LiveBytes::Sampled(AtomicU64::new(0));
        let settings = LimiterSettings::default();
        let admission =
            Admission::new(grant(LIMIT, slop), 0, settings, live, None, clock::now, service::call);
        let mut world = Self {
            admission,
            live_known,
            now,
            threads: Threads::new(now),
            live: 0,
            heap: 0,
            other: 0,
            reservations: Vec::new(),
            callers: BTreeMap::new(),
            log: Log::default(),
            next_caller: 0,
            newest_let_through: [None; 2],
            seen: Seen::default(),
        };
        world.set_live(1);
        world.read();
        world
    }

    pub(super) fn set_now(&mut self, now: Instant) {
        self.now = now;
        clock::set(now);
    }

    pub(super) fn tell_live(&self) {
        if let LiveBytes::Sampled(bytes) = &self.admission.live {
            bytes.store(self.live, Ordering::Relaxed);
        }
    }

    pub(super) fn mode(&self) -> LimiterMode {
        lock(&self.admission.state).settings.mode
    }

    pub(super) fn level(&self) -> Level {
        lock(&self.admission.state).levels.level()
    }

    /// The first that waits.
    pub(super) fn first(&self) -> Option<(usize, Request)> {
        lock(&self.admission.state).queue.oldest()?;
        let waiting = || self.callers.iter().filter(|(_, caller)| !caller.let_through);
        let grows = |request: Request| matches!(request, Request::Growth(_));
        let first = waiting().find(|(_, caller)| grows(caller.request)).or_else(|| waiting().next())?;
        Some((*first.0, first.1.request))
    }

    pub(super) fn wait_for_capacity(&mut self) {
        let admission = Arc::clone(&self.admission);
        let wait = async move {
            if !admission.is_open() {
                Wait::new(&admission, None, Request::Capacity).await.expect("capacity is never refused");
            }
            Got::Capacity
        };
        self.arrive(Request::Capacity, wait, Rc::default(), 0, 0);
    }

    /// As `MemoryLimiter::reserve` does.
    pub(super) fn reserve(&mut self, bytes: u64) {
        if self.admission.never_grants(bytes, None) {
            return;
        }
        let admission = Arc::clone(&self.admission);
        let wait = async move {
            if !admission.try_reserve_at_once(bytes)
                && Wait::new(&admission, None, Request::Reservation(bytes)).await.is_err()
            {
                return Got::Refused;
            }
            Got::Reserved(Reservation::new(Owner::Held(of_process(&admission)), bytes))
        };
        self.arrive(Request::Reservation(bytes), wait, Rc::default(), 0, 0);
    }

    /// As `MemoryLimiter::try_reserve` does.
    pub(super) fn try_reserve(&mut self, bytes: u64) {
        let request = Request::Reservation(bytes);
        if self.admission.try_reserve_at_once(bytes)
            || self.admission.request_at_once(request, None, self.now)
        {
            self.seen.granted_at_once = true;
            self.hold(Reservation::new(Owner::Held(of_process(&self.admission)), bytes), 0);
        }
        self.check();
    }

    /// As an exempt handle does.
    pub(super) fn reserve_exempt(&mut self, bytes: u64) {
        self.admission.grant_anyway(Request::Reservation(bytes), None);
        self.hold(Reservation::new(Owner::Held(of_process(&self.admission)), bytes), 0);
        self.check();
    }

    pub(super) fn grow(&mut self, held: Held, bytes: u64) {
        let Held { mut reservation, overdrawn } = held;
        let (cancelled, holds) = (Rc::new(Cell::new(false)), reservation.unfilled_bytes());
        let is_cancelled = Rc::clone(&cancelled);
        let wait = async move {
            let before = reservation.bytes();
            {
                let mut grow = pin!(reservation.grow(bytes));
                poll_fn(|context| {
                    if is_cancelled.get() { Poll::Ready(()) } else { grow.as_mut().poll(context).map(drop) }
                })
                .await;
            }
            let grown = reservation.bytes() > before;
            Got::Grown(reservation, grown)
        };
        self.arrive(Request::Growth(bytes), wait, cancelled, holds, overdrawn);
    }

    pub(super) fn hold(&mut self, reservation: Reservation, overdrawn: u64) {
        self.reservations.push(Held { reservation, overdrawn });
    }

    fn arrive(
        &mut self,
        request: Request,
        future: impl Future<Output = Got> + 'static,
        cancelled: Rc<Cell<bool>>,
        holds: u64,
        overdrawn: u64,
    ) {
        let id = self.next_caller;
        self.next_caller += 1;
        let future = Box::pin(future);
        self.callers.insert(
            id,
            Caller { request, future, cancelled, holds, let_through: false, refused: false, overdrawn },
        );
        if self.poll(id) {
            // The service is told.
            self.serve();
        }
    }

    /// Polls one, and says whether it waits. What it gets is kept.
    pub(super) fn poll(&mut self, id: usize) -> bool {
        let Some(mut caller) = self.callers.remove(&id) else { return false };
        let waker = Waker::from(Arc::new(Woken(id, Arc::clone(&self.log))));
        let polled = caller.future.as_mut().poll(&mut Context::from_waker(&waker));
        let at_once = !caller.let_through && !caller.cancelled.get();
        let got = match polled {
            Poll::Pending => {
                assert!(!caller.let_through, "it was let through");
                self.callers.insert(id, caller);
                self.check();
                return true;
            }
            Poll::Ready(got) => got,
        };
        match got {
            Got::Capacity => {}
            Got::Refused => assert!(caller.refused, "it fits the limit"),
            Got::Reserved(reservation) => {
                assert!(!caller.refused, "it does not fit the limit");
                self.seen.granted_at_once |= at_once;
                self.hold(reservation, 0);
            }
            Got::Grown(reservation, grown) => {
                let overdraws = caller.overdrawn > 0;
                self.seen.granted_at_once |= at_once && grown && !overdraws;
                let more = if at_once && grown && overdraws { caller.request.bytes() } else { 0 };
                self.hold(reservation, caller.overdrawn + more);
            }
        }
        self.check();
        false
    }

    /// Polls all that were let through.
    pub(super) fn poll_all(&mut self) {
        let let_through = self.callers.iter().filter(|(_, caller)| caller.let_through);
        for id in let_through.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.poll(id);
        }
    }

    /// One gives up; growth first, and then what it has.
    pub(super) fn cancel(&mut self, id: usize) {
        if self.cancel_growth(id) {
            self.reservations.pop();
        } else {
            self.callers.remove(&id);
        }
        self.check();
    }

    /// One gives its growth up, and keeps what it has. Says whether it grows.
    pub(super) fn cancel_growth(&mut self, id: usize) -> bool {
        let Some(caller) = self.callers.get_mut(&id) else { return false };
        let grows = matches!(caller.request, Request::Growth(_));
        if grows {
            caller.cancelled.set(true);
            caller.overdrawn = 0;
            self.poll(id);
        }
        grows
    }

    /// Holds everything against what has to be true.
    pub(super) fn check(&mut self) {
        let level = self.level();
        let let_through = std::mem::take(&mut *lock(&self.log));
        let overdrawn = self.admission.counts().overdrawn;
        let overdrew = overdrawn - std::mem::replace(&mut self.seen.overdrawn, overdrawn);
        let enforces = self.mode() == LimiterMode::Enforce;
        let before = self.overdrawn();
        assert!(overdrew == 0 || before == 0, "one overdraws while {before} of another are not back");
        let of_one = self.noted_overdrawn();
        let (mut capacity, mut bytes) = (0, std::mem::take(&mut self.seen.granted_at_once));
        let mut refused = 0;
        for id in &let_through {
            let caller = self.callers.get_mut(id).expect("who is woken waits");
            assert!(!std::mem::replace(&mut caller.let_through, true), "it is let through once");
            if self.admission.never_grants(caller.request.bytes(), None) {
                caller.refused = true;
                refused += 1;
                continue;
            }
            match caller.request {
                Request::Growth(bytes) if overdrew > 0 && bytes == of_one => caller.overdrawn = bytes,
                Request::Growth(_) => {}
                Request::Capacity | Request::Reservation(_) => {
                    let kind = usize::from(caller.request != Request::Capacity);
                    let before = self.newest_let_through[kind].replace(*id);
                    assert!(before < Some(*id), "first come, first served: {before:?} {id}");
                }
            }
            bytes |= caller.request != Request::Capacity;
            capacity += u64::from(caller.request == Request::Capacity);
        }
        if enforces {
            self.check_promises(bytes, overdrew);
            self.check_pacing(level, let_through.len() as u64 - refused, capacity);
        } else {
            self.seen.after_hard = None;
            assert_eq!(self.admission.waiting(), 0, "nobody waits unless held back");
        }
        self.seen.level = level;
        self.check_books();
        self.answer();
    }

    /// What was promised although there was no room for it, and is not back.
    pub(super) fn overdrawn(&self) -> u64 {
        let held = self.reservations.iter().map(|held| held.overdrawn);
        held.chain(self.callers.values().map(|caller| caller.overdrawn)).sum()
    }

    fn noted_overdrawn(&self) -> u64 {
        lock(&self.admission.state).overdrawn.as_ref().map_or(0, Overdraft::bytes)
    }

    /// No more is promised than there is room for, but by one.
    fn check_promises(&self, promised: bool, overdrew: u64) {
        let state = lock(&self.admission.state);
        let ledger = self.admission.ledger(&state, self.now);
        let (tracked, most) = (ledger.tracked_bytes(), state.reservable(ledger));
        match overdrew {
            0 => assert!(!promised || tracked <= most, "{tracked} of {most}"),
            1 => assert!(tracked > most, "there was room: {tracked} of {most}"),
            _ => panic!("{overdrew} overdraw at once"),
        }
    }

    /// While memory is hard, one at a time goes on; afterwards slowly more.
    fn check_pacing(&mut self, level: Level, let_through: u64, capacity: u64) {
        let progressed = self.admission.counts().progressed;
        let progress = progressed - std::mem::replace(&mut self.seen.progressed, progressed);
        assert!(progress <= 1, "{progress} at once while memory is hard");
        if level != Level::Hard || let_through != capacity || capacity > progress {
            // Memory was not hard meanwhile, or a reservation made it so again.
            self.seen.progress = None;
        }
        if progress == 1 && capacity == 1 {
            let before = self.seen.progress.replace(self.now);
            let interval = LimiterSettings::default().progress_interval();
            assert!(before.is_none_or(|before| self.now - before >= interval), "one at a time");
        }
        if level == Level::Hard {
            let stayed = self.seen.level == Level::Hard && let_through == capacity;
            assert!(!stayed || capacity <= progress, "{capacity} while memory is hard");
            self.seen.after_hard = None;
            return;
        }
        if self.seen.level == Level::Hard {
            self.seen.after_hard = Some((self.now, 0));
        }
        if let Some((since, number)) = &mut self.seen.after_hard {
            *number += capacity;
            let windows = (self.now - *since).as_millis() / WINDOW.as_millis();
            let most = (SLOW_START << windows.min(40)) * 2 - SLOW_START;
            assert!(*number <= most, "{number} in {windows} windows after memory was hard");
        }
        if level == Level::Normal && self.admission.waiting() == 0 {
            self.seen.after_hard = None;
        }
    }

    /// What the limiter has noted is what there is.
    fn check_books(&self) {
        let (mut unfilled, mut holders, mut waiting) = (0, 0, 0);
        for held in &self.reservations {
            unfilled += held.reservation.unfilled_bytes();
            holders += 1;
        }
        for caller in self.callers.values() {
            unfilled += caller.holds;
            holders += u64::from(matches!(caller.request, Request::Growth(_)));
            waiting += usize::from(!caller.let_through);
            match caller.request {
                _ if caller.refused => {}
                Request::Reservation(bytes) if caller.let_through => {
                    unfilled += bytes;
                    holders += 1;
                }
                Request::Growth(bytes) if caller.let_through => unfilled += bytes,
                _ => {}
            }
        }
        let admission = &self.admission;
        let noted = (admission.promises.unfilled(), admission.holders());
        assert_eq!(noted, (unfilled, holders), "unfilled bytes and holders");
        assert_eq!(self.noted_overdrawn(), self.overdrawn(), "overdrawn bytes");
        assert_eq!((admission.waiting(), lock(&admission.state).queue.len()), (waiting, waiting));
        let counts = admission.counts();
        let ended = counts.waits.number() + counts.gave_up + counts.refused_waiting;
        assert_eq!(counts.waited, ended + waiting as u64, "each wait ends in one way");
    }
}

/// An account of the process alone.
pub(super) fn of_process(admission: &Arc<Admission>) -> Account {
    Account::new(admission.place(), None)
}

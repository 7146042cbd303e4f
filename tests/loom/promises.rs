//! Bytes that are promised and given back while others wait for them.

use loom::sync::atomic::{AtomicU64, Ordering};
use loom::sync::{Arc, Mutex, Notify};
use loom::thread;

use crate::limiter::promises::{Attempt, Promises};

/// What may be promised in all.
const MOST: u64 = 10;

/// A limiter with a place for one that waits.
struct World {
    promises: Promises,
    state: Mutex<State>,
    waiter: Notify,
}

fn of_a_limiter() -> Promises {
    let promises = Promises::default();
    promises.begin();
    promises.publish(MOST, 0);
    promises
}

#[derive(Default)]
struct State {
    waits: Option<Wanted>,
}

#[derive(Clone, Copy)]
enum Wanted {
    Room(u64),
    /// Nobody else who holds a reservation: then one may overdraw.
    NoHolder,
}

impl World {
    /// In which a reservation of so many bytes is held.
    fn holding(bytes: u64) -> Arc<Self> {
        let promises = of_a_limiter();
        promises.begin();
        promises.promise(bytes);
        Arc::new(Self { promises, state: Mutex::default(), waiter: Notify::new() })
    }

    fn has(&self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Room(bytes) => self.promises.try_promise(bytes, MOST, || 0) == Attempt::Promised,
            Wanted::NoHolder => self.promises.holders() == 0,
        }
    }

    /// Lets the one that waits through if it has what it wants.
    fn look_at(&self, state: &mut State) {
        if state.waits.is_some_and(|wanted| self.has(wanted)) {
            state.waits = None;
            self.waiter.notify();
        }
        self.publish(state);
    }

    fn publish(&self, state: &State) {
        match state.waits {
            Some(_) => self.promises.publish(0, 1),
            None => self.promises.publish(MOST, 0),
        }
    }

    fn made_room(&self) {
        if self.promises.waiting() > 0 {
            self.look_at(&mut self.state.lock().expect("no panic"));
        }
    }

    fn end(&self, bytes: u64) {
        if bytes > 0 {
            self.promises.give_back(bytes);
        }
        self.promises.end();
        self.made_room();
    }

    /// `loom` finds a wake-up that is lost, because then no thread can go on.
    fn wait_for(&self, wanted: Wanted) {
        let mut state = self.state.lock().expect("no panic");
        if self.has(wanted) {
            return;
        }
        state.waits = Some(wanted);
        self.publish(&state);
        self.look_at(&mut state);
        drop(state);
        self.waiter.wait();
    }
}

/// One thread does this to a world in which so many bytes are held, while this one waits.
fn wait_while(bytes: u64, wanted: Wanted, does: fn(&World)) {
    loom::model(move || {
        let world = World::holding(bytes);
        let other = {
            let world = Arc::clone(&world);
            thread::spawn(move || does(&world))
        };
        world.wait_for(wanted);
        other.join().expect("no panic");
    });
}

#[test]
fn who_waits_for_room_is_woken_by_the_reservation_that_ends() {
    wait_while(6, Wanted::Room(5), |world| world.end(6));
}

#[test]
fn who_waits_for_room_is_woken_by_what_is_given_back() {
    wait_while(6, Wanted::Room(5), |world| {
        world.promises.give_back(1);
        world.made_room();
    });
}

#[test]
fn who_waits_until_nobody_holds_a_reservation_is_woken_also_where_nothing_is_given_back() {
    wait_while(0, Wanted::NoHolder, |world| world.end(0));
}

#[test]
fn who_waits_is_woken_where_two_give_back() {
    loom::model(|| {
        let world = World::holding(6);
        world.promises.begin();
        world.promises.promise(4);
        let others = [6, 4].map(|bytes| {
            let world = Arc::clone(&world);
            thread::spawn(move || world.end(bytes))
        });
        world.wait_for(Wanted::Room(MOST));
        others.into_iter().for_each(|other| other.join().expect("no panic"));
        assert_eq!((world.promises.unfilled(), world.promises.holders()), (MOST, 0));
    });
}

#[test]
fn who_waits_is_woken_by_those_who_tried() {
    loom::model(|| {
        let world = World::holding(0);
        let others = [6, 5].map(|bytes| {
            let world = Arc::clone(&world);
            thread::spawn(move || match world.promises.try_reserve(bytes, || 0) {
                Attempt::Promised => world.end(bytes),
                Attempt::TakenBack => world.made_room(),
                Attempt::NoRoom => {}
            })
        });
        world.end(0);
        world.wait_for(Wanted::NoHolder);
        others.into_iter().for_each(|other| other.join().expect("no panic"));
        assert_eq!((world.promises.unfilled(), world.promises.holders()), (0, 0));
    });
}

#[test]
fn nothing_is_promised_twice() {
    loom::model(|| {
        let world = World::holding(0);
        let tries = |bytes| {
            let world = Arc::clone(&world);
            move || world.promises.try_reserve(bytes, || 0) == Attempt::Promised
        };
        let others = [6, 5].map(|bytes| thread::spawn(tries(bytes)));
        let third = tries(4)();
        let [first, second] = others.map(|other| other.join().expect("no panic"));
        assert!(!(first && second), "there is room for one of them");
        assert!(first || second || third);
        let promised = [(first, 6), (second, 5), (third, 4)].into_iter().filter(|(promised, _)| *promised);
        let (holders, bytes) = promised.fold((1, 0), |(holders, sum), (_, bytes)| (holders + 1, sum + bytes));
        assert_eq!((world.promises.holders(), world.promises.unfilled()), (holders, bytes));
        assert!(bytes <= MOST, "{bytes}");
    });
}

#[test]
fn nothing_is_promised_that_others_have_filled_meanwhile() {
    loom::model(|| {
        let shared = Arc::new((of_a_limiter(), AtomicU64::new(0)));
        let live_bytes = |live: &AtomicU64| live.load(Ordering::Relaxed);
        let fills = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (promises, live) = &*shared;
                let promised = promises.try_reserve(6, || live_bytes(live)) == Attempt::Promised;
                if promised {
                    live.fetch_add(6, Ordering::Relaxed);
                    promises.give_back(6);
                }
                promised
            })
        };
        let (promises, live) = &*shared;
        let other = promises.try_reserve(5, || live_bytes(live)) == Attempt::Promised;
        let filled = fills.join().expect("no panic");
        assert!(!(filled && other), "there is room for one of them");
        assert_eq!(live_bytes(live) + promises.unfilled(), u64::from(filled) * 6 + u64::from(other) * 5);
    });
}

#[test]
fn who_finds_no_room_finds_who_has_it() {
    loom::model(|| {
        let world = World::holding(0);
        world.promises.end();
        let other = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.promises.try_reserve(MOST, || 0))
        };
        if !world.has(Wanted::Room(1)) {
            assert_eq!(world.promises.holders(), 1);
        }
        let _ = other.join().expect("no panic");
    });
}

#[test]
fn nobody_is_left_once_whoever_ends_last() {
    loom::model(|| {
        let promises = Arc::new(of_a_limiter());
        promises.begin();
        let (first, second) = (Arc::clone(&promises), Arc::clone(&promises));
        let threads = [
            thread::spawn(move || {
                // A reservation that becomes two.
                first.begin();
                u32::from(first.end()) + u32::from(first.end())
            }),
            thread::spawn(move || {
                // The limiter, of which somebody makes a reservation before.
                assert_eq!(second.try_reserve(MOST, || 0), Attempt::Promised);
                second.give_back(MOST);
                u32::from(second.end()) + u32::from(second.end())
            }),
        ];
        let last: u32 = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
        assert_eq!(last, 1);
    });
}

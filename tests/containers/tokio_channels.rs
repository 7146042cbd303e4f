//! The bounded channels of `tokio`.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::task::{Context, Waker};
use std::thread;

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{Container, SendingThreads, UsageExpr};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{broadcast, mpsc};

use crate::channels::traffic;
use crate::items::{Item, Random, for_all_items, sample};
use crate::measured::{Meter, Tightness};

/// Whether an item came. Nobody waits, not even for an item that is on its way: this thread would allocate for that.
fn receive<T>(receiver: &mut mpsc::Receiver<T>) -> bool {
    receiver.poll_recv(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// One thread sends at a time. Nobody waits for room.
fn send<T>(sender: &Mutex<mpsc::Sender<T>>, mut item: T) {
    loop {
        let sent = sender.lock().unwrap_or_else(PoisonError::into_inner).try_send(item);
        let Err(TrySendError::Full(refused)) = sent else { break };
        item = refused;
        thread::yield_now();
    }
}

/// Keeps the channel full while all of a block and more goes through, and closes it full: with 33 items received, the block of
/// the first is still there.
fn stay_full<T: Item>(n: usize) {
    let (sender, mut receiver) = mpsc::channel(n);
    for number in 0..n + 33 {
        if number >= n {
            assert!(receive(&mut receiver));
        }
        assert!(sender.try_send(T::number(number)).is_ok());
    }
    assert!(sender.try_send(T::number(0)).is_err());
    drop(sender);
}

/// Sends and receives in bursts.
fn any_order<T: Item>(n: usize) {
    let mut random = Random::seeded(n);
    let (sender, mut receiver) = mpsc::channel(n);
    for _ in 0..8 {
        let sent =
            (0..random.below(n + 1)).take_while(|number| sender.try_send(T::number(*number)).is_ok()).count();
        assert!(sent <= n);
        let taken = (0..random.below(n + 1)).take_while(|_| receive(&mut receiver)).count();
        assert!(taken <= n);
    }
}

/// One thread sends at a time.
fn one_receiver<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    type Sender<T> = SendingThreads<mpsc::Sender<T>, 1>;
    for n in sample::<T>() {
        allocated.check::<T>(Sender::<T>::allocated, n, meter.live(|| mpsc::channel::<T>(n)));
        let truth = meter.peak(|| stay_full::<T>(n)).max(meter.peak(|| any_order::<T>(n)));
        bounded.check::<T>(Sender::<T>::bounded, n, truth);
        grown.check::<T>(SendingThreads::<mpsc::Receiver<T>, 1>::grown, n, truth);
    }
    for n in [1, 2, 31, 64, 500] {
        let make = || {
            let (sender, receiver) = mpsc::channel(n);
            (Mutex::new(sender), receiver)
        };
        let bound = crate::measured::bound(Sender::<T>::bounded, n);
        let truth = traffic(meter, n, make, |sender, number| send(sender, T::number(number)), receive);
        assert!(truth <= bound, "{n} items of {} bytes: {truth} bytes, not {bound}", size_of::<T>());
    }
}

fn all_receivers<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    type Sender<T> = broadcast::Sender<T>;
    for n in sample::<T>() {
        allocated.check::<T>(Sender::<T>::allocated, n, meter.live(|| broadcast::channel::<T>(n)));
        let truth = meter.peak(|| {
            let (sender, mut receiver) = broadcast::channel(n);
            let _slow = sender.subscribe();
            for number in 0..2 * n {
                assert!(sender.send(T::number(number)).is_ok());
                drop(receiver.try_recv());
            }
        });
        bounded.check::<T>(Sender::<T>::bounded, n, truth);
        grown.check::<T>(broadcast::Receiver::<T>::grown, n, truth);
    }
    for n in [1, 2, 64, 500] {
        // With room for all of them, none is lost.
        let send = |sender: &Sender<T>, number| drop(sender.send(T::number(number)));
        let make = || broadcast::channel(3 * n);
        let truth = traffic(meter, n, make, send, |receiver| receiver.try_recv().is_ok());
        bounded.check::<T>(Sender::<T>::bounded, 3 * n, truth);
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        // What a thread keeps for tokio is not the channel's.
        receive(&mut mpsc::channel::<u8>(1).1);
        let rules = |channel| ["allocated", "bounded", "grown"].map(|rule| Tightness::new(channel, rule));
        let mut one = rules("`tokio`: `mpsc::Sender`, `mpsc::Receiver`, one thread");
        let mut all = rules("`tokio`: `broadcast::Sender`, `broadcast::Receiver`");
        for_all_items!(one_receiver(Meter::new(), &mut one));
        for_all_items!(all_receivers(Meter::new(), &mut all));
        one.into_iter().chain(all).collect()
    })
}

/// What items own beside their own size.
#[test]
fn a_broadcast_channel_keeps_an_item_in_every_slot() {
    let meter = Meter::new();
    for n in 1..=200_usize {
        type Sender = broadcast::Sender<Box<[u8]>>;
        let items = UsageExpr::config("n", n);
        let owned = Sender::max_items_retained(&items).evaluate() * 100;
        let truth = meter.peak(|| {
            let (sender, _receiver) = broadcast::channel(n);
            for _ in 0..3 * n {
                // Made where nobody measures, as it is alive together with the one it replaces.
                let item = AllocationGroupToken::root().scope(|| vec![0_u8; 100].into_boxed_slice());
                assert!(sender.send(item).is_ok());
            }
        });
        assert_eq!(truth, Sender::bounded("items", &items).evaluate(), "{n} slots");
        let with_items = meter.live(|| {
            let (sender, receiver) = broadcast::channel(n);
            (0..3 * n).for_each(|_| assert!(sender.send(vec![0_u8; 100].into_boxed_slice()).is_ok()));
            (sender, receiver)
        });
        assert_eq!(with_items, truth + owned, "{n} slots");
    }
}

#[test]
fn channels_of_tokio_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

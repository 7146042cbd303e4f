//! The bounded channel of `flume`, with the one item more than it has room for.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Waker};
use std::thread;

use flume::{Receiver, Sender, TrySendError, bounded as channel};
use memory_accounting::Container;
use memory_accounting::allocator::AllocationGroupToken;

use crate::channels::traffic;
use crate::items::{Item, for_all_items, sample};
use crate::measured::{Meter, Tightness};

fn send<T>(sender: &Sender<T>, mut item: T) {
    while let Err(TrySendError::Full(refused)) = sender.try_send(item) {
        item = refused;
        thread::yield_now();
    }
}

/// Fills the channel, and has a receiver take in the item of a sender that waits for room.
fn overfill<T: Item>(n: usize) {
    let (sender, receiver) = channel(n);
    for number in 0..n {
        assert!(sender.try_send(T::number(number)).is_ok());
    }
    let mut sending = pin!(sender.send_async(T::number(n)));
    // What is allocated for one that waits is not the channel's.
    let poll = || sending.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(AllocationGroupToken::root().scope(poll).is_pending());
    assert!(receiver.try_recv().is_ok());
    assert_eq!(receiver.len(), n);
}

/// As many items as there are receivers that are awaited come at once, and then all that there is room for.
fn await_and_fill<T: Item>(n: usize) {
    let (sender, receiver) = channel(n);
    let mut receiving = pin!(receiver.recv_async());
    let poll = || receiving.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(AllocationGroupToken::root().scope(poll).is_pending());
    let accepted = (0..2 * n + 2).filter(|number| sender.try_send(T::number(*number)).is_ok()).count();
    assert_eq!(accepted, n.max(1));
}

fn channels<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    for n in [0].into_iter().chain(sample::<T>()) {
        allocated.check::<T>(Sender::<T>::allocated, n, meter.live(|| channel::<T>(n)));
        let filled = meter.peak(|| overfill::<T>(n)).max(meter.peak(|| await_and_fill::<T>(n)));
        bounded.check::<T>(Sender::<T>::bounded, n, filled);
        grown.check::<T>(Receiver::<T>::grown, n, filled);
    }
    for n in [1, 2, 64, 500] {
        let send = |sender: &Sender<T>, number| send(sender, T::number(number));
        let truth = traffic(meter, n, || channel(n), send, |receiver| receiver.try_recv().is_ok());
        bounded.covers::<T>(Sender::<T>::bounded, n, truth);
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut rules = ["allocated", "bounded", "grown"]
            .map(|rule| Tightness::new("`flume`: `Sender`, `Receiver`", rule));
        for_all_items!(channels(Meter::new(), &mut rules));
        rules.into()
    })
}

#[test]
fn channels_of_flume_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

//! The bounded channel of `async-channel`, once all that can be waited for at it was waited for.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Waker};
use std::thread;

use async_channel::{Receiver, Sender, TrySendError, bounded as channel};
use futures_core::Stream;
use memory_accounting::Container;

use crate::channels::traffic;
use crate::items::{Item, for_all_items, sample};
use crate::measured::{Meter, Tightness};

fn send<T>(sender: &Sender<T>, mut item: T) {
    while let Err(TrySendError::Full(refused)) = sender.try_send(item) {
        item = refused;
        thread::yield_now();
    }
}

/// Waits for an item in both ways, for room and for the end, and leaves the channel full.
fn wait_for_all<T: Item>(n: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = channel(n);
    let context = &mut Context::from_waker(Waker::noop());
    assert!(pin!(receiver.recv()).poll(context).is_pending());
    assert!(pin!(receiver.clone()).poll_next(context).is_pending());
    assert!(pin!(sender.closed()).poll(context).is_pending());
    for number in 0..n {
        assert!(sender.try_send(T::number(number)).is_ok());
    }
    assert!(pin!(sender.send(T::number(0))).poll(context).is_pending());
    (sender, receiver)
}

fn channels<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    for n in sample::<T>() {
        allocated.check::<T>(Sender::<T>::allocated, n, meter.live(|| channel::<T>(n)));
        let filled = meter.live(|| wait_for_all::<T>(n));
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
            .map(|rule| Tightness::new("`async_channel`: `Sender`, `Receiver`", rule));
        for_all_items!(channels(Meter::new(), &mut rules));
        rules.into()
    })
}

#[test]
fn async_channels_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

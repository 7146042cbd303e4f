//! The standard library's bounded channel, under several producers.

use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use memory_accounting::Container;

use crate::items::{Item, for_all_items, sample};
use crate::measured::{Meter, Tightness};

/// Nobody waits: what waiting threads allocate is not the channel's.
fn send<T>(sender: &SyncSender<T>, mut item: T) {
    while let Err(TrySendError::Full(refused)) = sender.try_send(item) {
        item = refused;
        thread::yield_now();
    }
}

/// Three threads `send` what they are told to, `3 * n` items together, through what `make` makes, while one looks whether it
/// `receive`s another. The most bytes alive in the group of `meter`, which holds the channel and what the threads do with it,
/// but not the threads.
pub(crate) fn traffic<S: Sync, R>(
    meter: Meter,
    n: usize,
    make: impl FnOnce() -> (S, R),
    send: impl Fn(&S, usize) + Sync,
    receive: impl Fn(&mut R) -> bool,
) -> usize {
    meter.begin();
    let (sender, mut receiver) = meter.group().scope(make);
    thread::scope(|scope| {
        for producer in 0..3 {
            let (sender, send) = (&sender, &send);
            let produce = move || (0..n).for_each(|number| send(sender, producer * n + number));
            scope.spawn(meter.group().wrap(produce));
        }
        meter.group().scope(|| {
            let mut count = 0;
            while count < 3 * n {
                if receive(&mut receiver) {
                    count += 1;
                } else {
                    thread::yield_now();
                }
            }
        });
    });
    meter.so_far()
}

fn channels<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    let rendezvous = meter.live(|| sync_channel::<T>(0));
    allocated.check::<T>(SyncSender::<T>::allocated, 0, rendezvous);
    for n in sample::<T>() {
        allocated.check::<T>(SyncSender::<T>::allocated, n, meter.live(|| sync_channel::<T>(n)));
        let filled = meter.peak(|| {
            let (sender, _receiver) = sync_channel(n);
            let accepted = (0..2 * n).filter(|number| sender.try_send(T::number(*number)).is_ok()).count();
            assert_eq!(accepted, n);
        });
        bounded.check::<T>(SyncSender::<T>::bounded, n, filled);
        grown.check::<T>(Receiver::<T>::grown, n, filled);
    }
    for n in [1, 2, 64, 500] {
        let make = || sync_channel::<T>(n);
        let truth = traffic(
            meter,
            n,
            make,
            |sender, k| send(sender, T::number(k)),
            |receiver| receiver.try_recv().is_ok(),
        );
        bounded.check::<T>(SyncSender::<T>::bounded, n, truth);
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut rules =
            ["allocated", "bounded", "grown"].map(|rule| Tightness::new("`SyncSender`, `Receiver`", rule));
        for_all_items!(channels(Meter::new(), &mut rules));
        rules.into()
    })
}

#[test]
fn channels_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

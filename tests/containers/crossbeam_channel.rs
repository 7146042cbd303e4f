//! The bounded channel of `crossbeam-channel`, under several producers.

use std::sync::OnceLock;
use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded as channel};
use memory_accounting::Container;

use crate::channels::traffic;
use crate::items::{Item, for_all_items, sample};
use crate::measured::{Meter, Tightness};

/// Nobody waits: what waiting threads allocate is not the channel's.
fn send<T>(sender: &Sender<T>, mut item: T) {
    while let Err(TrySendError::Full(refused)) = sender.try_send(item) {
        item = refused;
        thread::yield_now();
    }
}

fn channels<T: Item>(meter: Meter, [allocated, bounded, grown]: &mut [Tightness; 3]) {
    allocated.check::<T>(Sender::<T>::allocated, 0, meter.live(|| channel::<T>(0)));
    for n in sample::<T>() {
        allocated.check::<T>(Sender::<T>::allocated, n, meter.live(|| channel::<T>(n)));
        let filled = meter.peak(|| {
            let (sender, receiver) = channel(n);
            let accepted = (0..2 * n).filter(|number| sender.try_send(T::number(*number)).is_ok()).count();
            assert_eq!(accepted, n);
            assert_eq!(receiver.clone().try_iter().count(), n);
        });
        bounded.check::<T>(Sender::<T>::bounded, n, filled);
        grown.check::<T>(Receiver::<T>::grown, n, filled);
    }
    for n in [1, 2, 64, 500] {
        let send = |sender: &Sender<T>, number| send(sender, T::number(number));
        let truth = traffic(meter, n, || channel(n), send, |receiver| receiver.try_recv().is_ok());
        bounded.check::<T>(Sender::<T>::bounded, n, truth);
    }
}

pub(crate) fn proofs() -> &'static [Tightness] {
    static PROOFS: OnceLock<Vec<Tightness>> = OnceLock::new();
    PROOFS.get_or_init(|| {
        let mut rules = ["allocated", "bounded", "grown"]
            .map(|rule| Tightness::new("`crossbeam_channel`: `Sender`, `Receiver`", rule));
        for_all_items!(channels(Meter::new(), &mut rules));
        rules.into()
    })
}

#[test]
fn channels_of_crossbeam_take_exactly_what_their_rules_say() {
    for rule in proofs() {
        rule.holds(1.0);
    }
}

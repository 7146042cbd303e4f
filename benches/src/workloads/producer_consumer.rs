//! What does counting add where one thread allocates and another frees?

use std::sync::mpsc;

use super::random::Random;
use super::threads;
use crate::block::Block;
use crate::conditions::Conditions;
use crate::groups::Groups;
use crate::workload::Workload;

/// Blocks in one message, so that allocating and not the channel is what takes the time.
const MESSAGE: u32 = 256;
const WAITING_MESSAGES: usize = 16;

pub(super) fn workload<G: Groups>() -> Workload {
    Workload::time(
        "producer_consumer",
        "block of 64 to 512 bytes made on one thread, freed on another",
        measure::<G>,
    )
}

fn measure<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let messages = conditions.count(50);
    let run = conditions.median(|| {
        let (sender, receiver) = mpsc::sync_channel(WAITING_MESSAGES);
        let produce = move || {
            let mut random = Random::new();
            for _ in 0..messages {
                let message: Vec<Block> = (0..MESSAGE).map(|_| Block::new(64 + random.below(449))).collect();
                if sender.send(message).is_err() {
                    return;
                }
            }
        };
        let consume = move || receiver.into_iter().for_each(drop);
        threads::together(|| group.as_ref().map(G::enter), produce, consume)
    });
    run / f64::from(messages * MESSAGE)
}

//! More work than can be drained: producers that obey a policy, or not, and a drain of a fixed rate.

mod connections;
mod drain;
mod meter;
mod scenarios;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{self, UnboundedSender};

use self::drain::{Drain, time_for};
use self::meter::Meter;
pub(crate) use self::meter::Progress;
pub(crate) use self::scenarios::{
    CONNECTIONS, EIGHT_PRODUCERS, MANY_PRODUCERS, MANY_PRODUCERS_OF_LARGE_BLOCKS, PACED_PRODUCERS,
};
use super::confined::{self, Confined, Outcome, Program};
use super::group::MemoryGroup;
use super::policy::{Enforced, Policy};

/// Between two reports. The fastest loads fill their group within a tenth of a second, and are killed then.
const REPORT_EVERY: Duration = Duration::from_millis(10);

/// What is run inside of a group.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) policy: Policy,
    /// The limit of the group.
    pub(crate) limit_bytes: usize,
    pub(crate) intake: Intake,
    /// How many producers or connections there are.
    pub(crate) producers: usize,
    /// What each asks for at once.
    pub(crate) block_bytes: usize,
    /// What the drain takes away in a second.
    pub(crate) drain_bytes: usize,
    /// What all producers together bring in a second where nobody holds them back; `None` for all they can. Clients of
    /// connections send all they can in any case.
    pub(crate) inflow_bytes: Option<usize>,
    /// When they begin to bring all they can.
    pub(crate) flat_out_after_milliseconds: Option<u64>,
    /// How long it goes on.
    pub(crate) milliseconds: u64,
}

/// Where the work comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Intake {
    /// Tasks of the process itself.
    Tasks,
    /// Connections over loopback, from clients outside of the group that send all they can.
    Connections,
}

impl Load {
    /// Runs it in a group of its own.
    pub(crate) fn in_group(&self) -> Outcome<Progress> {
        let group = MemoryGroup::new(self.limit_bytes).unwrap();
        self.inside(&group)
    }

    /// Runs it in `group`.
    pub(crate) fn inside(&self, group: &MemoryGroup) -> Outcome<Progress> {
        let mut confined = Confined::start(group, self);
        let clients = (self.intake == Intake::Connections).then(|| {
            let address = confined.report().expect("it reports where it listens");
            connections::send(address, self.producers)
        });
        let outcome = confined.outcome();
        if let Some(clients) = clients {
            clients.join().unwrap();
        }
        outcome
    }
}

impl Program for Load {
    const NAME: &'static str = "load";

    type Report = Progress;

    fn run(self) {
        let meter = Arc::new(Meter::new(&self));
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let policy = self.policy.enforce(self.limit_bytes);
        let (queue, blocks) = mpsc::unbounded_channel();
        let drain = Drain::new(self.drain_bytes, blocks, Arc::clone(&meter));
        let producer = Producer { load: self, policy, queue, meter: Arc::clone(&meter) };
        match self.intake {
            Intake::Tasks => {
                for _ in 0..self.producers {
                    runtime.spawn(producer.clone().produce());
                }
            }
            Intake::Connections => {
                let listener = runtime.block_on(async { connections::listen() });
                confined::report(&listener.local_addr().unwrap());
                runtime.spawn(connections::serve(listener, producer));
            }
        }
        drain.start();
        while !meter.is_over() {
            confined::report(&meter.progress());
            thread::sleep(REPORT_EVERY);
        }
        // Ends those who still wait, and so measures how long they did.
        drop(runtime);
        confined::report(&meter.progress());
    }
}

/// One task that brings work in.
#[derive(Clone)]
struct Producer {
    load: Load,
    policy: Enforced,
    queue: UnboundedSender<Vec<u8>>,
    meter: Arc<Meter>,
}

impl Producer {
    async fn produce(self) {
        let mut due = Instant::now();
        while !self.meter.is_over() {
            if let Some(pause) = self.pause() {
                // Time that a limiter took is not made up for.
                due = due.max(Instant::now()) + pause;
                tokio::time::sleep_until(due.into()).await;
            }
            let block = self.block().await;
            self.enqueue(block);
            // Nothing else makes way for others where there is no policy.
            tokio::task::yield_now().await;
        }
    }

    /// A block, as soon as the policy lets it be allocated.
    async fn block(&self) -> Vec<u8> {
        let wait = self.meter.wait();
        let block = self.policy.allocate(self.load.block_bytes).await;
        drop(wait);
        self.meter.allocated(block.len());
        block
    }

    fn enqueue(&self, block: Vec<u8>) {
        // Nobody takes it any more when all is over.
        let _ = self.queue.send(block);
    }

    /// The time for a block, where not all that is possible is to be brought in.
    fn pause(&self) -> Option<Duration> {
        let round = self.load.block_bytes.saturating_mul(self.load.producers);
        let rate = self.load.inflow_bytes.filter(|_| !self.meter.is_flat_out())?;
        Some(time_for(round, rate))
    }
}

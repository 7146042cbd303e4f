//! The numbers of all rounds, and how they compare.

use memory_accounting_benches::{Comparison, Spread, Workload};

use super::allocators::Allocator;

#[derive(Debug)]
struct Measurement {
    workload: &'static str,
    allocator: Key,
    round: u32,
    number: f64,
}

/// The numbers of all rounds.
#[derive(Debug)]
pub(crate) struct Measurements {
    all: Vec<Measurement>,
}

/// What tells one allocator from another.
type Key = (&'static str, u32, String);

fn key(allocator: &Allocator) -> Key {
    (allocator.wrapper, allocator.scale.divisor(), allocator.inner.to_string())
}

impl Measurements {
    pub(crate) const fn new() -> Self {
        Self { all: Vec::new() }
    }

    pub(crate) fn add(&mut self, workload: &Workload, allocator: &Allocator, round: u32, number: f64) {
        self.all.push(Measurement { workload: workload.name, allocator: key(allocator), round, number });
    }

    /// The numbers of `allocator` as they were measured.
    pub(crate) fn own(&self, workload: &Workload, allocator: &Allocator) -> Option<Spread> {
        Spread::of(self.of(workload, allocator).map(|measurement| measurement.number).collect())
    }

    /// The numbers of `allocator` beside those of `bare`, paired by round.
    pub(crate) fn compared(
        &self,
        workload: &Workload,
        allocator: &Allocator,
        bare: &Allocator,
    ) -> Option<Spread> {
        let numbers = self.of(workload, allocator).filter_map(|own| {
            let bare = self.of(workload, bare).find(|bare| bare.round == own.round);
            match workload.comparison {
                Comparison::Ratio => Some(own.number / bare?.number),
                Comparison::Difference => Some(own.number - bare?.number),
                Comparison::Alone => Some(own.number),
            }
        });
        Spread::of(numbers.collect())
    }

    fn of(&self, workload: &Workload, allocator: &Allocator) -> impl Iterator<Item = &Measurement> {
        let (workload, allocator) = (workload.name, key(allocator));
        self.all.iter().filter(move |one| one.workload == workload && one.allocator == allocator)
    }
}

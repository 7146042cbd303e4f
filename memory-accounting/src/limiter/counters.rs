//! How often what became of callers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

/// A count that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    #[inline]
    pub(super) fn increment(&self) {
        self.add(1);
    }

    #[inline]
    pub(super) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

macro_rules! counters {
    ($($(#[$docs:meta])* $name:ident,)*) => {
        /// What became of callers, and what was tried, since the limiter was made.
        ///
        /// A call that finds room and is not a reservation is not counted: that would cost more than the call. Each wait ends in one way:
        ///
        /// ```text
        /// waited = waits.number() + gave_up + refused_waiting      + those that wait now
        /// ```
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        #[non_exhaustive]
        pub struct LimiterCounts {
            /// Reservations made, also out of others by [`split`](super::Reservation::split).
            pub reserved: u64,
            /// Callers that were refused at once: they would not wait, or asked for more than the limit. Each counts below too, by what refused it.
            pub refused: u64,
            $($(#[$docs])* pub $name: u64,)*
            /// How long those waited that had to and went on, also because nobody is held back any more.
            pub waits: WaitCounts,
        }

        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $(pub(super) $name: Counter,)*
            waits: [Counter; BOUNDS.len()],
            longer_waits: Counter,
            waited_microseconds: Counter,
        }

        impl Counters {
            /// All of them, with how many reservations were made, which are counted elsewhere.
            pub(super) fn read(&self, reserved: u64) -> LimiterCounts {
                let counts =
                    LimiterCounts { reserved, refused: 0, $($name: self.$name.get(),)* waits: self.read_waits() };
                // Of the parts that were read, so that they add up, and none of the three ever falls.
                let refused = counts.refused_exhausted.saturating_add(counts.refused_above_limit);
                LimiterCounts { refused, ..counts }
            }
        }
    };
}

counters! {
    /// Callers that had to wait.
    waited,
    /// Of these, how many were let through because they had waited long enough: while memory was hard, or there was no room for the bytes and nobody held
    /// any; or, at any level, while their component was over its bound.
    progressed,
    /// Of these, how many gave up: their future was dropped, their time was over, or this is a forked child and they waited in its parent.
    gave_up,
    /// Of these, how many were refused while they waited, because the limit became less than they had asked for.
    refused_waiting,
    /// Of those that were refused at once, how many would not wait for room: another time there may be some.
    refused_exhausted,
    /// Of those that were refused at once, how many asked for more than the limit, so that to try again would not help.
    refused_above_limit,
    /// Callers that would have waited or been refused, in [`LimiterMode::Observe`](super::LimiterMode::Observe).
    would_have_waited,
    /// Calls through an [exempt](super::MemoryLimiter::exempt) handle while memory was scarce.
    exempted,
    /// How many of the reservations made were for more than there was room for, and how often one grew by more, so that their holder could get on.
    /// Growth of one that already has more than there is room for is not counted again.
    overdrawn,
    /// How often free memory was given back to the system.
    purges,
    /// Bytes that resident memory fell by then.
    purged_bytes,
    /// How often a [reclaim hook](super::MemoryLimiter::on_reclaim) was asked.
    reclaim_calls,
    /// Bytes that live memory fell by while reclaim hooks ran.
    reclaimed_bytes,
    /// How often one of them panicked.
    reclaim_panics,
    /// How often one of them took longer than it was given.
    slow_reclaims,
    /// How often a level was [told](super::MemoryLimiter::on_level).
    level_reports,
    /// How often who was told it panicked.
    level_panics,
    /// Readings that failed, of resident memory or of live bytes; and the thread that takes them, where a forked child was refused one.
    failed_readings,
}

/// The waits up to each bound.
const BOUNDS: [Duration; 6] = [
    Duration::from_micros(100),
    Duration::from_millis(1),
    Duration::from_millis(10),
    Duration::from_millis(100),
    Duration::from_secs(1),
    Duration::from_secs(10),
];

/// How many callers waited up to how long, each counted once: a histogram.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WaitCounts {
    /// Up to 100 microseconds.
    pub to_100_microseconds: u64,
    /// Longer than that, up to 1 millisecond.
    pub to_1_millisecond: u64,
    /// Longer than that, up to 10 milliseconds.
    pub to_10_milliseconds: u64,
    /// Longer than that, up to 100 milliseconds.
    pub to_100_milliseconds: u64,
    /// Longer than that, up to 1 second.
    pub to_1_second: u64,
    /// Longer than that, up to 10 seconds.
    pub to_10_seconds: u64,
    /// Longer than 10 seconds.
    pub longer: u64,
    /// How long all of these waited together, in microseconds.
    pub microseconds: u64,
}

impl WaitCounts {
    /// How many waited and went on, however long it took.
    pub fn number(&self) -> u64 {
        let Self {
            to_100_microseconds,
            to_1_millisecond,
            to_10_milliseconds,
            to_100_milliseconds,
            to_1_second,
            to_10_seconds,
            longer,
            microseconds: _,
        } = self;
        let all = [
            to_100_microseconds,
            to_1_millisecond,
            to_10_milliseconds,
            to_100_milliseconds,
            to_1_second,
            to_10_seconds,
            longer,
        ];
        all.into_iter().fold(0, |sum, number| sum.saturating_add(*number))
    }

    /// How many waited up to each bound of the histogram, those counted that waited less, too.
    pub(crate) fn cumulative(&self) -> [(Duration, u64); BOUNDS.len()] {
        let mut numbers = [
            self.to_100_microseconds,
            self.to_1_millisecond,
            self.to_10_milliseconds,
            self.to_100_milliseconds,
            self.to_1_second,
            self.to_10_seconds,
        ]
        .into_iter();
        let mut sum = 0_u64;
        BOUNDS.map(|bound| {
            sum = sum.saturating_add(numbers.next().unwrap_or(0));
            (bound, sum)
        })
    }
}

impl Counters {
    /// Counts a wait that is over.
    pub(super) fn waited_for(&self, time: Duration) {
        let bucket = BOUNDS.iter().position(|bound| time <= *bound).and_then(|bucket| self.waits.get(bucket));
        bucket.unwrap_or(&self.longer_waits).increment();
        self.waited_microseconds.add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    fn read_waits(&self) -> WaitCounts {
        let [first, second, third, fourth, fifth, sixth] = &self.waits;
        WaitCounts {
            to_100_microseconds: first.get(),
            to_1_millisecond: second.get(),
            to_10_milliseconds: third.get(),
            to_100_milliseconds: fourth.get(),
            to_1_second: fifth.get(),
            to_10_seconds: sixth.get(),
            longer: self.longer_waits.get(),
            microseconds: self.waited_microseconds.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn refusals_add_up_and_never_fall_while_others_are_counted() {
        const CALLERS: u64 = 20_000;
        let counters = Counters::default();
        counters.refused_exhausted.add(5);
        thread::scope(|scope| {
            scope.spawn(|| (0..CALLERS).for_each(|_| counters.refused_above_limit.increment()));
            let mut before = LimiterCounts::default();
            while before.refused_above_limit < CALLERS {
                let counts = counters.read(0);
                assert_eq!(counts.refused_exhausted, 5, "none was added");
                assert_eq!(counts.refused, 5 + counts.refused_above_limit);
                assert!(counts.refused >= before.refused);
                before = counts;
            }
        });
    }

    #[test]
    fn a_wait_counts_where_it_fits() {
        let counters = Counters::default();
        for milliseconds in [0, 1, 2, 100, 101, 20_000] {
            counters.waited_for(Duration::from_millis(milliseconds));
        }
        let waits = counters.read(0).waits;
        let expected = WaitCounts {
            to_100_microseconds: 1,
            to_1_millisecond: 1,
            to_10_milliseconds: 1,
            to_100_milliseconds: 1,
            to_1_second: 1,
            to_10_seconds: 0,
            longer: 1,
            microseconds: 20_204_000,
        };
        assert_eq!(waits.cumulative().map(|(_, number)| number), [1, 2, 3, 4, 5, 5]);
        assert_eq!((waits.number(), waits), (6, expected));
    }
}

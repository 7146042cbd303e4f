//! What makes room for others, and when. It allocates nothing.

use std::mem;

use super::{Series, Store};
use crate::aggregator::Context;

/// How often in a flush interval it is looked whether a name that is in the way of another kind is still in use.
pub(super) const CONFLICTS_LOOKED_AT: u32 = 8;

impl Store {
    /// Starts the next flush interval and forgets the idle contexts that have no total; returns how many.
    pub(crate) fn flush(&mut self) -> u64 {
        let before = self.series.len();
        let families = &mut self.families;
        let idle_flushes = self.configuration.idle_flushes.get();
        self.series.retain(|context, series| {
            series.idle = series.idle.saturating_add(1);
            let keep = series.idle <= idle_flushes || series.metric.has_total();
            if keep {
                series.metric.flush();
            } else {
                families.remove_context(context.name());
            }
            keep
        });
        self.may_replace = true;
        self.conflicts_to_look_at = CONFLICTS_LOOKED_AT;
        self.forget_order(before)
    }

    /// Forgets the `count` contexts to which nobody has sent for the longest time, or all where there are not so many, to make
    /// room; returns how many that were.
    pub(crate) fn shed(&mut self, count: usize) -> u64 {
        self.forget_oldest(count, 0)
    }

    /// How many idle contexts were forgotten because others needed their places, since this was last asked.
    pub(crate) fn take_replaced(&mut self) -> u64 {
        mem::take(&mut self.replaced)
    }

    /// Whether a context more may be kept, if need be in the place of those that have been idle for the longest time. A few at once
    /// give way, as looking for them takes a while.
    pub(super) fn has_place(&mut self) -> bool {
        let context_limit = self.configuration.context_limit.get();
        if self.series.len() >= context_limit && self.may_replace {
            let replaced = self.forget_oldest(context_limit.div_ceil(64), self.least_idle());
            self.replaced = self.replaced.saturating_add(replaced);
            // Nobody becomes idle before the next flush.
            self.may_replace = replaced > 0;
        }
        self.series.len() < context_limit
    }

    /// Takes a name from contexts that are all idle, for another kind of metric: somebody has corrected the type. How often it is
    /// looked is limited, for that passes over all contexts.
    pub(super) fn forget_idle_family(&mut self) -> bool {
        let Some(left) = self.conflicts_to_look_at.checked_sub(1) else { return false };
        self.conflicts_to_look_at = left;
        let (before, least_idle, name) = (self.series.len(), self.least_idle(), self.writer.name());
        let is_in_use =
            |(context, series): (&Context, &Series)| context.name() == name && series.idle < least_idle;
        if self.series.iter().any(is_in_use) {
            return false;
        }
        let families = &mut self.families;
        self.series.retain(|context, _| {
            let keep = context.name() != name;
            if !keep {
                families.remove_context(name);
            }
            keep
        });
        let replaced = self.forget_order(before);
        self.replaced = self.replaced.saturating_add(replaced);
        replaced > 0
    }

    /// From how many flushes on a context is idle.
    fn least_idle(&self) -> usize {
        self.configuration.idle_flushes.get().saturating_add(1)
    }

    /// Forgets the oldest `count` of the contexts that have been idle for `least_idle` flushes at least.
    fn forget_oldest(&mut self, count: usize, least_idle: usize) -> u64 {
        let before = self.series.len();
        let Some(oldest) = self.series.values().map(|series| series.idle).max() else { return 0 };
        let of_age = |age| self.series.values().filter(|series| series.idle >= age).count();
        // The least age at which no more than `count` are that old.
        let (mut age, mut above) = (least_idle, oldest.saturating_add(1));
        while age < above {
            let middle = age.midpoint(above);
            if of_age(middle) <= count {
                above = middle;
            } else {
                age = middle.saturating_add(1);
            }
        }
        let mut younger = count.saturating_sub(of_age(age));
        let families = &mut self.families;
        self.series.retain(|context, series| {
            let is_next = series.idle >= least_idle && series.idle.saturating_add(1) == age && younger > 0;
            younger = younger.saturating_sub(usize::from(is_next));
            let keep = series.idle < age && !is_next;
            if !keep {
                families.remove_context(context.name());
            }
            keep
        });
        self.forget_order(before)
    }

    /// After contexts were removed from the series, of which there were `before`; returns how many it were.
    fn forget_order(&mut self, before: usize) -> u64 {
        let removed = before.saturating_sub(self.series.len());
        if removed > 0 {
            let (mut place, mut sorted) = (0_usize, 0_usize);
            self.order.retain(|context| {
                let keep = self.series.contains_key(context);
                sorted = sorted.saturating_add(usize::from(keep && place < self.sorted));
                place = place.saturating_add(1);
                keep
            });
            self.sorted = sorted;
        }
        u64::try_from(removed).unwrap_or(u64::MAX)
    }
}

//! Going by other limits, with what is there.

use std::mem;

use super::{Families, Series, Store};
use crate::configuration::AggregatorConfiguration;

impl Store {
    /// Goes by another configuration from now on. What it has no room for is forgotten: contexts that are too long, the longest idle
    /// beyond the limit, and the oldest values of each.
    pub(crate) fn reconfigure(&mut self, configuration: &AggregatorConfiguration) {
        if self.configuration.keeps_tables(configuration) {
            self.configuration.clone_from(configuration);
            return;
        }
        let (name_bytes, context_bytes) =
            (configuration.max_name_bytes.get(), configuration.max_context_bytes.get());
        self.series
            .retain(|context, _| context.name().len() <= name_bytes && context.text().len() <= context_bytes);
        let context_limit = configuration.context_limit.get();
        // They are counted anew.
        self.families = Families::new(0, 0);
        self.shed(self.series.len().saturating_sub(context_limit));
        let (now, hasher) = (self.now, self.hasher.clone());
        let before = mem::replace(self, Self::new(configuration));
        (self.now, self.hasher) = (now, hasher);
        drop(before.order);
        for (context, Series { kind, mut metric, idle }) in before.series {
            metric.limit(configuration);
            self.families.add_context(context.name(), kind);
            self.order.push(context.clone());
            self.series.insert(context, Series { kind, metric, idle });
        }
        // A page that is being written goes on.
        self.sort();
    }
}

//! Metric names, each of which belongs to one kind of metric: Prometheus knows one type for a name.

use std::collections::HashMap;
use std::fmt::Write;

use super::DropReason;
use crate::protocol::Kind;

/// The names that the agent writes about itself.
const RESERVED_PREFIX: &str = "statsd_agent_";

/// What a distribution appends to its name.
const SUFFIXES: [&str; 2] = ["_sum", LONGEST_SUFFIX];

const LONGEST_SUFFIX: &str = "_count";

/// Bytes of the longest suffix.
pub(crate) const LONGEST_SUFFIX_BYTES: usize = LONGEST_SUFFIX.len();

/// What is kept of every name.
pub(crate) type FamilyTable = HashMap<Box<str>, Family>;

/// The names in use. There are never more of them than contexts.
#[derive(Debug)]
pub(super) struct Families {
    families: FamilyTable,
    /// Room for a name and the longest suffix.
    related: String,
}

/// What a name stands for.
#[derive(Debug)]
pub(crate) struct Family {
    kind: Kind,
    /// How many contexts have this name.
    contexts: usize,
}

impl Families {
    pub(super) fn new(context_limit: usize, max_name_bytes: usize) -> Self {
        Self {
            // Twice the items: a table that has seen removals needs it. It never grows, as nothing is inserted that is there.
            families: HashMap::with_capacity(context_limit.saturating_mul(2)),
            related: String::with_capacity(max_name_bytes.saturating_add(LONGEST_SUFFIX_BYTES)),
        }
    }

    /// What the name stands for, where it is in use.
    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        self.families.get(name).map(|family| family.kind)
    }

    /// Whether a context of this kind may have that name.
    pub(super) fn check(&mut self, name: &str, kind: Kind) -> Result<(), DropReason> {
        match self.kind(name) {
            Some(known) if known == kind => Ok(()),
            Some(_) => Err(DropReason::KindConflict),
            None if name.starts_with(RESERVED_PREFIX) => Err(DropReason::ReservedName),
            None if self.is_part_of_another(name) => Err(DropReason::NameConflict),
            None if has_parts(kind) && self.has_part_in_use(name) => Err(DropReason::NameConflict),
            None => Ok(()),
        }
    }

    /// Counts one more context of a name that may have it.
    pub(super) fn add_context(&mut self, name: &str, kind: Kind) {
        if let Some(family) = self.families.get_mut(name) {
            family.contexts = family.contexts.saturating_add(1);
        } else {
            self.families.insert(Box::from(name), Family { kind, contexts: 1 });
        }
    }

    /// Counts one context less; a name nobody uses is free for another kind.
    pub(super) fn remove_context(&mut self, name: &str) {
        if let Some(family) = self.families.get_mut(name) {
            family.contexts = family.contexts.saturating_sub(1);
            if family.contexts == 0 {
                self.families.remove(name);
            }
        }
    }

    /// The names that have the most contexts, at most `count` of them, with how many those are.
    pub(super) fn largest(&self, count: usize) -> Vec<(usize, Box<str>)> {
        let mut largest: Vec<(usize, &str)> = Vec::with_capacity(count.saturating_add(1));
        for (name, family) in &self.families {
            // More contexts first, then by name.
            let place = largest.partition_point(|(contexts, other)| {
                *contexts > family.contexts || (*contexts == family.contexts && *other < &**name)
            });
            largest.insert(place, (family.contexts, name));
            largest.truncate(count);
        }
        largest.into_iter().map(|(contexts, name)| (contexts, Box::from(name))).collect()
    }

    /// Whether a distribution writes this name as its sum or count.
    fn is_part_of_another(&self, name: &str) -> bool {
        SUFFIXES
            .iter()
            .filter_map(|suffix| name.strip_suffix(suffix))
            .any(|stem| self.kind(stem).is_some_and(has_parts))
    }

    /// Whether the sum or count of this distribution is already a metric of its own.
    fn has_part_in_use(&mut self, name: &str) -> bool {
        SUFFIXES.iter().any(|suffix| {
            self.related.clear();
            // Writing to a string does not fail.
            let _ = write!(self.related, "{name}{suffix}");
            self.families.contains_key(self.related.as_str())
        })
    }
}

fn has_parts(kind: Kind) -> bool {
    kind == Kind::Distribution
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(families: &mut Families, name: &str, kind: Kind) -> Result<(), DropReason> {
        families.check(name, kind).map(|()| families.add_context(name, kind))
    }

    #[test]
    fn a_name_has_one_kind_while_it_is_in_use() {
        let mut families = Families::new(4, 16);
        assert_eq!(add(&mut families, "a", Kind::Counter), Ok(()));
        assert_eq!(add(&mut families, "a", Kind::Gauge), Err(DropReason::KindConflict));
        families.remove_context("a");
        assert_eq!(add(&mut families, "a", Kind::Gauge), Ok(()));
    }

    #[test]
    fn the_parts_of_a_distribution_are_not_available() {
        let mut families = Families::new(4, 16);
        assert_eq!(add(&mut families, "a", Kind::Distribution), Ok(()));
        assert_eq!(add(&mut families, "a_sum", Kind::Counter), Err(DropReason::NameConflict));
        assert_eq!(add(&mut families, "b_count", Kind::Counter), Ok(()));
        assert_eq!(add(&mut families, "b", Kind::Distribution), Err(DropReason::NameConflict));
        assert_eq!(add(&mut families, "b", Kind::Gauge), Ok(()));
    }

    #[test]
    fn the_names_with_the_most_contexts_are_found() {
        let mut families = Families::new(16, 64);
        for (name, contexts) in [("d", 1), ("b", 3), ("a", 3), ("c", 4), ("e", 2)] {
            (0..contexts).for_each(|_| families.add_context(name, Kind::Gauge));
        }
        families.remove_context("c");
        let largest = |count| families.largest(count).into_iter().map(|(of, name)| format!("{of} {name}"));
        assert_eq!(largest(4).collect::<Vec<_>>(), ["3 a", "3 b", "3 c", "2 e"]);
        assert_eq!(largest(9).count(), 5);
    }

    #[test]
    fn the_agents_own_names_are_not_available() {
        let mut families = Families::new(4, 64);
        assert_eq!(
            add(&mut families, "statsd_agent_lines_total", Kind::Counter),
            Err(DropReason::ReservedName)
        );
    }
}

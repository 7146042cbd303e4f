use memory_accounting::ComponentBounds;
use memory_accounting::allocator::AllocationGroupRegistry;

use super::*;
use crate::aggregator::Aggregator;
use crate::configuration::{AGGREGATOR_BYTES, SignedGauges, Within};

/// A store and the reasons for which it dropped something.
struct Recorded {
    store: Store,
    dropped: Vec<DropReason>,
}

impl Recorded {
    fn new(configuration: &AggregatorConfiguration) -> Self {
        Self { store: Store::new(configuration), dropped: Vec::new() }
    }

    fn send(&mut self, line: &str) {
        let line = Line::parse(line.as_bytes()).unwrap();
        self.store.record(&line, |reason| self.dropped.push(reason));
    }

    /// Every series that is a single value.
    fn values(&mut self) -> Vec<(String, f64)> {
        let mut values = Vec::new();
        self.store.visit(|context, _, reading| {
            if let Reading::Value(value) = reading {
                values.push((format!("{}{{{}}}", context.name(), context.labels()), value));
            }
        });
        values
    }
}

fn small() -> AggregatorConfiguration {
    AggregatorConfiguration {
        context_limit: Within::of::<3>(),
        set_limit: Within::of::<2>(),
        idle_flushes: Within::of::<1>(),
        ..AggregatorConfiguration::default()
    }
}

#[test]
fn counters_add_up_by_their_rate() {
    let mut recorded = Recorded::new(&small());
    recorded.send("a.b:1:2|c|@0.5|#x:1");
    recorded.send("a-b:1|c|#x:1");
    assert_eq!(recorded.values(), [(String::from("a_b_total{x=\"1\"}"), 7.0)]);
}

#[test]
fn gauges_are_set_and_moved() {
    let mut recorded = Recorded::new(&small());
    recorded.send("a:10|g");
    recorded.send("a:-4|g");
    recorded.send("a:+1|g");
    assert_eq!(recorded.values(), [(String::from("a{}"), 7.0)]);
}

#[test]
fn a_sign_is_part_of_the_level_where_the_setting_says_so() {
    let mut recorded =
        Recorded::new(&AggregatorConfiguration { signed_gauges: SignedGauges::Level, ..small() });
    recorded.send("a:10|g");
    recorded.send("a:-4|g");
    recorded.send("b:+1:+2|g");
    assert_eq!(recorded.values(), [(String::from("a{}"), -4.0), (String::from("b{}"), 2.0)]);
}

#[test]
fn the_latest_value_of_a_gauge_counts_whichever_comes_last() {
    let mut recorded = Recorded::new(&small());
    recorded.store.set_time(100);
    let mut level = |line| {
        recorded.send(line);
        let mut level = None;
        recorded.store.visit(|_, _, reading| level = Some(reading));
        (level.unwrap(), std::mem::take(&mut recorded.dropped).len())
    };
    assert_eq!(level("a:1|g|T50"), (Reading::Dated(1.0, 50), 0));
    assert_eq!(level("a:2|g|T49"), (Reading::Dated(1.0, 50), 1));
    assert_eq!(level("a:3|g|T50"), (Reading::Dated(3.0, 50), 0));
    assert_eq!(level("a:4|g"), (Reading::Value(4.0), 0));
    assert_eq!(level("a:5|g|T99"), (Reading::Value(4.0), 1));
    assert_eq!(level("a:6|g|T200"), (Reading::Dated(6.0, 200), 0));
    assert_eq!(level("a:7|g"), (Reading::Value(7.0), 0), "a sender's clock may be ahead");
}

#[test]
fn increments_add_up_whenever_they_were() {
    let mut recorded = Recorded::new(&small());
    recorded.send("a:1|c|T50");
    recorded.send("a:2|c|T49");
    assert_eq!(recorded.values(), [(String::from("a_total{}"), 3.0)]);
}

#[test]
fn a_full_table_drops_new_contexts_and_keeps_counting_old_ones() {
    let mut recorded = Recorded::new(&small());
    for line in ["b:1|c", "a:1|c|#t:2", "a:1|c|#t:1", "c:1|c", "b:1|c"] {
        recorded.send(line);
    }
    assert_eq!(recorded.dropped, [DropReason::ContextLimit]);
    assert_eq!(
        recorded.values(),
        [
            (String::from("a_total{t=\"1\"}"), 1.0),
            (String::from("a_total{t=\"2\"}"), 1.0),
            (String::from("b_total{}"), 2.0)
        ]
    );
}

#[test]
fn one_name_cannot_be_two_kinds() {
    let mut recorded = Recorded::new(&small());
    recorded.send("a:1|c");
    recorded.send("a_total:1|g");
    recorded.send("a.total:1|g|#x");
    recorded.send("a:1|c|#x");
    assert_eq!(recorded.dropped, [DropReason::KindConflict, DropReason::KindConflict]);
    assert_eq!(recorded.store.len(), 2);
}

#[test]
fn durations_histograms_and_distributions_of_one_name_are_one_summary() {
    let mut recorded = Recorded::new(&small());
    for line in ["a:1|ms", "a:2|h", "a:3|d"] {
        recorded.send(line);
    }
    let mut counts = Vec::new();
    recorded.store.visit(|_, _, reading| {
        if let Reading::Summary(summary) = reading {
            counts.push((summary.count, summary.sum));
        }
    });
    assert_eq!((counts.as_slice(), recorded.dropped.len()), ([(3.0, 6.0)].as_slice(), 0));
}

#[test]
fn sets_count_members_up_to_their_limit() {
    let mut recorded = Recorded::new(&small());
    for member in ["one", "two", "one", "three"] {
        recorded.send(&format!("a:{member}|s"));
    }
    assert_eq!(recorded.dropped, [DropReason::SetLimit]);
    assert_eq!(recorded.values(), [(String::from("a{}"), 2.0)]);
}

#[test]
fn idle_contexts_without_a_total_are_forgotten() {
    let mut recorded = Recorded::new(&small());
    for line in ["a:1|g", "b:1|s", "c:1|g"] {
        recorded.send(line);
    }
    assert_eq!(recorded.store.flush(), 0);
    recorded.send("c:2|g");
    assert_eq!(recorded.store.flush(), 2);
    recorded.send("a:1|c");
    assert_eq!(recorded.values(), [(String::from("a_total{}"), 1.0), (String::from("c{}"), 2.0)]);
    assert_eq!(recorded.dropped, []);
}

#[test]
fn idle_totals_are_kept_until_their_place_is_needed_and_the_oldest_goes_first() {
    let mut recorded = Recorded::new(&small());
    for line in ["a:1|c", "b:1|ms", "c:1|c"] {
        recorded.send(line);
        assert_eq!(recorded.store.flush(), 0);
    }
    for _ in 0..10 {
        assert_eq!(recorded.store.flush(), 0);
    }
    recorded.send("a:1|c");
    assert_eq!(recorded.values(), [(String::from("a_total{}"), 2.0), (String::from("c_total{}"), 1.0)]);
    // b, and then c.
    recorded.send("d:1|c");
    assert_eq!((recorded.store.len(), recorded.store.take_replaced()), (3, 1));
    let names =
        |recorded: &mut Recorded| recorded.values().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(&mut recorded), ["a_total{}", "c_total{}", "d_total{}"]);
    recorded.send("e:1|c");
    assert_eq!(names(&mut recorded), ["a_total{}", "d_total{}", "e_total{}"]);
    // All that are left were sent to of late; and what cannot be kept takes no place.
    recorded.store.flush();
    recorded.store.flush();
    recorded.send("statsd.agent.x:1|c");
    assert_eq!(
        (recorded.store.len(), std::mem::take(&mut recorded.dropped).as_slice()),
        (3, [DropReason::ReservedName].as_slice())
    );
    for line in ["a:1|c", "d:1|c", "e:1|c"] {
        recorded.send(line);
    }
    recorded.send("f:1|c");
    assert_eq!(recorded.dropped, [DropReason::ContextLimit]);
    recorded.store.flush();
    recorded.store.flush();
    recorded.send("f:1|c");
    assert_eq!((recorded.dropped.len(), recorded.store.take_replaced()), (1, 2));
}

#[test]
fn a_name_whose_contexts_are_all_idle_is_free_for_another_kind() {
    let mut recorded = Recorded::new(&small());
    recorded.send("a:1|ms|#t:1");
    recorded.send("a:1|ms|#t:2");
    recorded.store.flush();
    recorded.store.flush();
    recorded.send("a:1|ms|#t:1");
    recorded.send("a:1|g");
    assert_eq!(recorded.dropped, [DropReason::KindConflict]);
    recorded.store.flush();
    recorded.store.flush();
    recorded.send("a:1|g|#t:2");
    assert_eq!(recorded.values(), [(String::from("a{t=\"2\"}"), 1.0)]);
    assert_eq!((recorded.store.len(), recorded.dropped.len()), (1, 1));
}

#[test]
fn whether_a_name_is_in_use_is_looked_at_a_few_times_only() {
    let mut recorded = Recorded::new(&small());
    recorded.send("b:1|ms");
    recorded.store.flush();
    recorded.store.flush();
    recorded.send("a:1|ms");
    for _ in 0..CONFLICTS_LOOKED_AT {
        recorded.send("a:1|g");
    }
    recorded.send("b:1|g");
    let conflicts = usize::try_from(CONFLICTS_LOOKED_AT).unwrap() + 1;
    assert_eq!(recorded.dropped, vec![DropReason::KindConflict; conflicts]);
    recorded.store.flush();
    recorded.send("b:1|g");
    assert_eq!(recorded.dropped.len(), conflicts);
}

#[test]
fn what_is_shed_is_what_nobody_has_sent_to_for_the_longest_time() {
    let mut recorded = Recorded::new(&small());
    for line in ["a:1|c", "b:1|c", "c:1|c"] {
        recorded.send(line);
    }
    recorded.store.flush();
    recorded.send("b:1|c");
    assert_eq!(recorded.store.shed(2), 2);
    assert_eq!(recorded.values(), [(String::from("b_total{}"), 2.0)]);
    recorded.send("a:1|g");
    assert_eq!((recorded.store.shed(5), recorded.store.len()), (2, 0));
    assert_eq!((recorded.store.shed(1), recorded.dropped.len()), (0, 0));
}

#[test]
fn other_limits_keep_what_they_have_room_for() {
    let configuration = AggregatorConfiguration {
        context_limit: Within::of::<50>(),
        sample_limit: Within::of::<8>(),
        ..AggregatorConfiguration::default()
    };
    let group = AllocationGroupRegistry::global().register_allocation_group("store that is reconfigured");
    let mut recorded = group.scope(|| Recorded::new(&configuration));
    group.scope(|| {
        for line in ["long.name:1|c", "old:1|c", "a:1:2:3:4|ms", "b:one|s", "b:two|s", "b:three|s", "g:5|g"] {
            recorded.send(line);
            if line.starts_with("old") {
                recorded.store.flush();
            }
        }
    });
    let smaller = AggregatorConfiguration {
        context_limit: Within::of::<3>(),
        max_name_bytes: Within::of::<9>(),
        sample_limit: Within::of::<2>(),
        set_limit: Within::of::<2>(),
        ..configuration.clone()
    };
    group.scope(|| recorded.store.reconfigure(&smaller));
    let fresh = group.scope(|| Store::new(&smaller));
    let mut shown = Vec::new();
    recorded.store.visit(|context, _, reading| shown.push((context.name().to_owned(), reading)));
    let Some((_, Reading::Summary(summary))) = shown.first() else { panic!("{shown:?}") };
    assert_eq!((summary.count, summary.quantiles[0].1, summary.quantiles[3].1), (4.0, 3.0, 4.0));
    assert_eq!(
        shown[1..],
        [(String::from("b"), Reading::Value(2.0)), (String::from("g"), Reading::Value(5.0))]
    );
    group.scope(|| recorded.send("new:1|g"));
    assert_eq!(recorded.dropped, [DropReason::ContextLimit]);
    // Members are known again, and a larger limit makes room.
    group.scope(|| recorded.store.reconfigure(&configuration));
    group.scope(|| recorded.send("b:two|s"));
    group.scope(|| recorded.send("a:1|g"));
    assert_eq!(recorded.dropped[1..], [DropReason::KindConflict]);
    let larger = group.stats().live_bytes();
    drop(fresh);
    group.scope(|| (recorded.store.shed(50), recorded.store.reconfigure(&smaller)));
    recorded.dropped = Vec::new();
    assert!(group.stats().live_bytes() < larger / 2, "the tables have the new size");
}

/// So that it goes on where memory is scarce.
#[test]
fn other_times_and_signs_need_no_other_tables() {
    let group = AllocationGroupRegistry::global().register_allocation_group("store of other times");
    let mut recorded = group.scope(|| Recorded::new(&small()));
    group.scope(|| recorded.send("g:5|g"));
    let next = AggregatorConfiguration {
        signed_gauges: SignedGauges::Level,
        flush_seconds: Within::of::<7>(),
        idle_flushes: Within::of::<9>(),
        ..small()
    };
    let before = group.stats().allocated_objects;
    group.scope(|| recorded.store.reconfigure(&next));
    assert_eq!(group.stats().allocated_objects, before);
    assert_eq!(recorded.store.flush_interval().as_secs(), 7);
    group.scope(|| recorded.send("g:-3|g"));
    let mut shown = Vec::new();
    recorded.store.visit(|_, _, reading| shown.push(reading));
    assert_eq!(shown, [Reading::Value(-3.0)]);
}

/// What makes room must not need any.
#[test]
fn flushing_and_shedding_allocate_nothing() {
    let configuration = AggregatorConfiguration { context_limit: Within::of::<50>(), ..small() };
    let group = AllocationGroupRegistry::global().register_allocation_group("store that makes room");
    let mut recorded = group.scope(|| Recorded::new(&configuration));
    for _ in 0..2 {
        group.scope(|| (0..40).for_each(|number| recorded.send(&format!("name{number}:1|s"))));
        let before = group.stats().allocated_objects;
        let forgotten =
            group.scope(|| recorded.store.flush() + recorded.store.shed(10) + recorded.store.flush());
        assert_eq!((forgotten, group.stats().allocated_objects - before), (40, 0));
    }
    assert!(recorded.dropped.is_empty());
}

#[test]
fn tables_keep_their_first_size_whatever_comes_and_goes() {
    let configuration = AggregatorConfiguration {
        context_limit: Within::of::<50>(),
        idle_flushes: Within::of::<2>(),
        ..small()
    };
    let group =
        AllocationGroupRegistry::global().register_allocation_group("store whose contexts come and go");
    let mut recorded = group.scope(|| Recorded::new(&configuration));
    let created = group.stats().live_bytes();
    group.scope(|| {
        for round in 0..200 {
            for number in 0..20 {
                recorded.send(&format!("name{round}.{number}:1|s"));
            }
            recorded.store.flush();
        }
        assert_eq!(recorded.store.len(), 40);
        recorded.store.flush();
        recorded.store.flush();
    });
    recorded.dropped = Vec::new();
    assert_eq!(recorded.store.len(), 0);
    assert_eq!(group.stats().live_bytes(), created);
    group.scope(|| {
        for round in 0..200 {
            (0..20).for_each(|number| recorded.send(&format!("name{round}.{number}:1|ms")));
            recorded.store.flush();
        }
        assert_eq!((recorded.store.len(), recorded.store.shed(50)), (50, 50));
    });
    recorded.dropped = Vec::new();
    assert_eq!(group.stats().live_bytes(), created);
}

#[test]
fn a_store_holds_what_its_configuration_declares() {
    let configuration = AggregatorConfiguration {
        context_limit: Within::of::<100>(),
        max_name_bytes: Within::of::<30>(),
        max_context_bytes: Within::of::<90>(),
        sample_limit: Within::of::<70>(),
        set_limit: Within::of::<40>(),
        ..AggregatorConfiguration::default()
    };
    let group = AllocationGroupRegistry::global().register_allocation_group("store that is full");
    let mut store = group.scope(|| Store::new(&configuration));
    let declared = ComponentBounds::of(&configuration);
    let sizes = size_of::<Aggregator>() + size_of::<Store>() + AGGREGATOR_BYTES;
    assert_eq!(group.stats().live_bytes(), declared.total_minimum_required_bytes() - sizes);

    let values = ":1".repeat(100);
    for number in 0..100 {
        let line = format!("n{number:029}{values}|ms|#{:053}:x", 0);
        group.scope(|| store.record(&Line::parse(line.as_bytes()).unwrap(), |reason| panic!("{reason}")));
    }
    let (live, firm_limit) = (group.stats().live_bytes(), declared.total_firm_limit_bytes() - sizes);
    assert!(live <= firm_limit && live > firm_limit / 100 * 95, "{live} of {firm_limit} bytes");
}

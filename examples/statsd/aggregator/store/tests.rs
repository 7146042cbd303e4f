use super::*;
use crate::configuration::Within;

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
    assert_eq!(recorded.values(), [(String::from("a_b{x=\"1\"}"), 7.0)]);
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
fn a_full_table_drops_new_contexts_and_keeps_counting_old_ones() {
    let mut recorded = Recorded::new(&small());
    for line in ["b:1|c", "a:1|c|#t:2", "a:1|c|#t:1", "c:1|c", "b:1|c"] {
        recorded.send(line);
    }
    assert_eq!(recorded.dropped, [DropReason::ContextLimit]);
    assert_eq!(
        recorded.values(),
        [(String::from("a{t=\"1\"}"), 1.0), (String::from("a{t=\"2\"}"), 1.0), (String::from("b{}"), 2.0)]
    );
}

#[test]
fn one_name_cannot_be_two_kinds() {
    let mut recorded = Recorded::new(&small());
    recorded.send("a:1|c");
    recorded.send("a:1|g");
    recorded.send("a:1|g|#x");
    recorded.send("a:1|c|#x");
    assert_eq!(recorded.dropped, [DropReason::KindConflict, DropReason::KindConflict]);
    assert_eq!(recorded.store.len(), 2);
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
fn idle_contexts_make_room_for_others() {
    let mut recorded = Recorded::new(&small());
    for line in ["a:1|c", "b:1|c", "c:1|c"] {
        recorded.send(line);
    }
    assert_eq!(recorded.store.flush(), 0);
    recorded.send("b:1|c");
    assert_eq!(recorded.store.flush(), 2);
    recorded.send("a:1|g");
    assert_eq!(recorded.values(), [(String::from("a{}"), 1.0), (String::from("b{}"), 2.0)]);
    assert_eq!(recorded.dropped, []);
}

#[test]
fn tables_keep_their_first_size_whatever_comes_and_goes() {
    let configuration = AggregatorConfiguration {
        context_limit: Within::of::<50>(),
        idle_flushes: Within::of::<2>(),
        ..small()
    };
    let mut recorded = Recorded::new(&configuration);
    let (series, order) = (recorded.store.series.capacity(), recorded.store.order.capacity());
    for round in 0..200 {
        for number in 0..20 {
            recorded.send(&format!("name{round}.{number}:1|ms"));
        }
        recorded.store.flush();
    }
    assert_eq!(recorded.store.len(), 40);
    assert_eq!((recorded.store.series.capacity(), recorded.store.order.capacity()), (series, order));
}

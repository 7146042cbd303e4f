use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::testing::assert_within_bounds;

use super::*;
use crate::configuration::Within;

const CONTEXTS: usize = 150;
const TAGS: usize = 16;
const VALUES: usize = 50;

fn configuration() -> AggregatorConfiguration {
    AggregatorConfiguration {
        context_limit: Within::of::<CONTEXTS>(),
        max_name_bytes: Within::of::<64>(),
        max_context_bytes: Within::of::<256>(),
        tag_limit: Within::of::<TAGS>(),
        sample_limit: Within::of::<VALUES>(),
        set_limit: Within::of::<VALUES>(),
        idle_flushes: Within::of::<1>(),
        ..AggregatorConfiguration::default()
    }
}

/// A line with the longest name and as many tags as allowed, whose context takes every byte it may.
fn longest_line(number: usize, values: &str, kind: &str) -> String {
    let name = format!("n{number:063}");
    // As a label, a tag takes six bytes beside its value, and the comma between two one more.
    let value = "v".repeat((256 - 64 - 7 * TAGS) / TAGS);
    let tags: Vec<String> = (0..TAGS).map(|tag| format!("t{tag:02}:{value}")).collect();
    format!("{name}{values}|{kind}|#{}", tags.join(","))
}

/// Everything that can be sent, as far as it is remembered: more contexts than are kept, full distributions and sets, and
/// in each round other ones than in the round before.
fn flood(aggregator: &Aggregator) {
    let values = ":1.5".repeat(2 * VALUES);
    let send = |line: String| {
        aggregator.aggregate(line.as_bytes());
        AllocationGroupToken::root().scope(|| drop(line));
    };
    for round in 0..3 {
        let first = round * 10 * CONTEXTS;
        for number in first..first + 2 * CONTEXTS {
            let root = AllocationGroupToken::root();
            if number.is_multiple_of(2) {
                send(root.scope(|| longest_line(number, &values, "ms")));
            } else {
                (0..=VALUES).for_each(|member| {
                    send(root.scope(|| longest_line(number, &format!(":{member}"), "s")));
                });
            }
        }
        assert_eq!(aggregator.store.lock().len(), CONTEXTS);
        aggregator.store.lock().visit(|context, _, _| assert_eq!(context.name().len(), 64));
        aggregator.flush();
        aggregator.flush();
        assert_eq!(aggregator.store.lock().len(), 0);
    }
}

#[test]
fn the_aggregator_is_held_to_its_bounds_when_everything_is_full() {
    let configuration = configuration();
    let telemetry = Arc::new(Telemetry::default());
    let (_source, packets) = async_channel::bounded(1);
    let report = assert_within_bounds(&configuration, |_| {
        let aggregator = Aggregator::build(&configuration, packets, Arc::clone(&telemetry));
        flood(&aggregator);
        aggregator
    });
    let dropped =
        |reason| telemetry.dropped.iter().find(|(known, _)| *known == reason).map(|(_, times)| times);
    assert_eq!(dropped(DropReason::ContextTooLong), Some(0));
    assert!(dropped(DropReason::ContextLimit) > Some(0) && dropped(DropReason::SetLimit) > Some(0));
    assert!(report.headroom_percent() <= 50.0, "{report}");
}

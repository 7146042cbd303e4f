use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use async_channel::Sender;
use memory_accounting::allocator::{AllocationGroupToken, Track};
use memory_accounting::testing::{assert_within_bounds, assert_within_bounds_async};
use tokio::sync::oneshot;

use super::*;
use crate::configuration::{AGGREGATOR_BYTES, SourceConfiguration, Within};
use crate::source::{Intake, Source};

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
fn flood(aggregator: &mut Aggregator) {
    let values = ":1.5".repeat(2 * VALUES);
    let send = |aggregator: &mut Aggregator, line: String| {
        aggregator.aggregate(line.as_bytes());
        AllocationGroupToken::root().scope(|| drop(line));
    };
    for round in 0..3 {
        let first = round * 10 * CONTEXTS;
        for number in first..first + 2 * CONTEXTS {
            let root = AllocationGroupToken::root();
            if number % 2 == 0 {
                send(aggregator, root.scope(|| longest_line(number, &values, "ms")));
            } else {
                (0..=VALUES).for_each(|member| {
                    send(aggregator, root.scope(|| longest_line(number, &format!(":{member}"), "s")));
                });
            }
        }
        assert_eq!(aggregator.store.lock().len(), CONTEXTS);
        let store = aggregator.store();
        let visit = |visitor: &mut dyn FnMut(&Context, Reading)| {
            let root = AllocationGroupToken::root();
            root.scope(|| store.lock().visit(|context, _, reading| visitor(context, reading)));
        };
        visit(&mut |context, _| assert_eq!(context.name().len(), 64));
        aggregator.flush();
        aggregator.flush();
        // Sets are forgotten, and distributions until the next round only kept.
        let mut kept = 0;
        visit(&mut |_, reading| {
            kept += 1;
            assert!(matches!(reading, Reading::Summary(_)));
        });
        assert!((1..CONTEXTS).contains(&kept), "{kept}");
    }
}

#[test]
fn the_aggregator_is_held_to_its_bounds_when_everything_is_full() {
    let configuration = configuration();
    let telemetry = Arc::new(Telemetry::default());
    let (_source, packets) = async_channel::bounded(1);
    let report = assert_within_bounds(&configuration, |_| {
        let mut aggregator = Aggregator::build(&configuration, packets, Arc::clone(&telemetry));
        flood(&mut aggregator);
        aggregator
    });
    let dropped =
        |reason| telemetry.dropped.iter().find(|(known, _)| *known == reason).map(|(_, times)| times);
    assert_eq!(dropped(DropReason::ContextTooLong), Some(0));
    assert!(dropped(DropReason::ContextLimit) > Some(0) && dropped(DropReason::SetLimit) > Some(0));
    assert!(report.headroom_percent() <= 50.0, "{report}");
}

/// Sends every line to a source of its own, and what that receives to the aggregator.
async fn feed(lines: Vec<String>, packets: Sender<Packet>) {
    let configuration = SourceConfiguration {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into(),
        ..SourceConfiguration::default()
    };
    let intake = Intake::unlimited();
    let (source, received) = Source::build(&configuration, intake, Arc::new(Telemetry::default())).unwrap();
    let address = source.address().unwrap();
    let (stop, stopped) = oneshot::channel();
    let running = tokio::spawn(source.run(stopped));
    let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for line in lines {
        client.send_to(line.as_bytes(), address).unwrap();
        packets.send(received.recv().await.unwrap()).await.unwrap();
    }
    drop(stop);
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_running_aggregator_is_held_to_its_bounds_with_its_task_and_what_waits_for_packets() {
    // So little else is declared that the task and the channels show.
    let configuration = AggregatorConfiguration {
        context_limit: Within::of::<1>(),
        sample_limit: Within::of::<1>(),
        set_limit: Within::of::<1>(),
        // Only the flush at the end.
        flush_seconds: Within::of::<86_400>(),
        ..configuration()
    };
    let lines: Vec<_> = (0..20).map(|number| longest_line(number, ":1", "ms")).collect();
    let telemetry = Arc::new(Telemetry::default());
    let (packets, taken) = async_channel::bounded(1);
    let mut last = None;
    let report = assert_within_bounds_async(&configuration, |_| async {
        let aggregator = Aggregator::build(&configuration, taken, Arc::clone(&telemetry));
        let flushes = aggregator.flushes();
        let running = tokio::spawn(aggregator.run().in_current_allocation_group());
        // The packets come from another component.
        feed(lines, packets).track_allocations(AllocationGroupToken::root()).await;
        running.await.unwrap();
        last = Some(*flushes.borrow());
    })
    .await;
    let last = last.unwrap();
    assert_eq!((last.contexts, last.lines, last.malformed.total(), last.dropped.total()), (1, 20, 0, 19));
    assert!(
        report.headroom_bytes() < AGGREGATOR_BYTES,
        "without the overhead it would not be within\n{report}"
    );
}

//! Pipelines: as many of a source as an operator says, and what connects their stages, which changes while the program runs.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;

use memory_accounting::sizing::{LargestThatFits, explain};
use memory_accounting::{
    ComponentBounds, ComponentRegistry, MemoryBounds, MemoryGrant, RedeclareError, VerifierError,
};
use serde::Deserialize;

use super::{arithmetic, bytes, keys, takes_all};

#[derive(Clone, Deserialize, MemoryBounds)]
#[serde(tag = "source_type", content = "params", rename_all = "snake_case")]
enum SourceKind {
    Kafka {
        #[bounds(items = [u8; 100], name = "fetched")]
        fetch_queue: usize,
        #[bounds(bytes = "max(fetch_bytes, 4 KiB)", minimum, name = "receive buffer")]
        fetch_bytes: usize,
    },
    File {
        #[bounds(bytes)]
        block_bytes: usize,
    },
    Void,
}

/// A source, of which there is one in each pipeline, and what all pipelines write to.
#[derive(Clone, Deserialize, MemoryBounds)]
struct SourceConfiguration {
    num_pipelines: NonZeroUsize,
    #[serde(flatten)]
    #[bounds(flatten, times = num_pipelines)]
    kind: SourceKind,
    #[bounds(items = [u8; 64])]
    split_queue: usize,
}

fn source(file: &str) -> SourceConfiguration {
    serde_json::from_str(file).unwrap()
}

fn kafka() -> SourceConfiguration {
    source(
        r#"{"num_pipelines": 12, "split_queue": 10, "source_type": "kafka", "params": {"fetch_queue": 50, "fetch_bytes": 6000}}"#,
    )
}

#[test]
fn the_number_of_pipelines_that_fits_is_the_one_found_by_trying_all() {
    let sources = [
        (kafka(), 5000 + 6000),
        (
            source(
                r#"{"num_pipelines": 12, "split_queue": 10, "source_type": "file", "params": {"block_bytes": 700}}"#,
            ),
            700,
        ),
        (source(r#"{"num_pipelines": 12, "split_queue": 10, "source_type": "void"}"#), 0),
    ];
    for (source, each) in sources {
        assert_eq!(bytes(&source).1, 12 * each + 640);
        let bounds = ComponentBounds::of(&source);
        // From what nothing fits to what all fits.
        for limit in (0..=12 * each + 640).step_by(each / 7 + 50) {
            let with = |number| {
                let num_pipelines = NonZeroUsize::new(number).unwrap();
                bytes(&SourceConfiguration { num_pipelines, ..source.clone() }).1
            };
            let tried = (1..=12).rev().find(|number| with(*number) <= limit);
            let settings = explain(&bounds, limit).settings;
            let pipelines = settings.iter().find(|setting| setting.key == "num_pipelines");
            let Some(pipelines) = pipelines else {
                assert_eq!(each, 0, "nothing depends on it");
                continue;
            };
            let advised = tried.map_or(LargestThatFits::None, LargestThatFits::AtMost);
            assert_eq!(
                (pipelines.component.as_str(), pipelines.largest_that_fits),
                ("root", advised),
                "{limit}"
            );
        }
    }
}

#[test]
fn a_source_is_known_by_the_keys_of_its_kind_and_takes_what_it_says() {
    let source = kafka();
    insta::assert_snapshot!(arithmetic(&source), @r"
    root.min = max(params.fetch_bytes=6000, 4096) * num_pipelines=12
    root.firm = size(fetched)=100 * params.fetch_queue=50 * num_pipelines=12
    root.firm = size(split_queue)=64 * split_queue=10
    ");
    assert_eq!(keys(&source), ["params.fetch_bytes", "params.fetch_queue", "split_queue"]);
    assert_eq!(bytes(&source), (12 * 6000, 12 * 11_000 + 640));
    takes_all(&source, || {
        let SourceKind::Kafka { fetch_queue, fetch_bytes } = source.kind else { panic!("another kind") };
        let of_one =
            || (Vec::<u8>::with_capacity(fetch_bytes), VecDeque::<[u8; 100]>::with_capacity(fetch_queue));
        let pipelines: [_; 12] = std::array::from_fn(|_| of_one());
        (pipelines, Vec::<[u8; 64]>::with_capacity(source.split_queue))
    });
}

/// What a stage sends.
struct Producer {
    item_bytes: usize,
}

/// What a stage keeps that waits for it.
struct Consumer {
    queue_capacity: usize,
}

/// Between two stages: items of the one, in the queue of the other.
#[derive(MemoryBounds)]
#[bounds(firm(
    name = "waiting",
    bytes = "consumer.queue_capacity * constant(\"item\", producer.item_bytes)"
))]
struct Interconnect {
    producer: Producer,
    consumer: Consumer,
}

#[derive(MemoryBounds)]
struct Topology {
    #[bounds(subcomponent)]
    interconnects: BTreeMap<String, Interconnect>,
}

fn topology(interconnects: &[(&str, usize, usize)]) -> Topology {
    let interconnects = interconnects.iter().map(|(name, item_bytes, queue_capacity)| {
        let (producer, consumer) =
            (Producer { item_bytes: *item_bytes }, Consumer { queue_capacity: *queue_capacity });
        ((*name).to_owned(), Interconnect { producer, consumer })
    });
    Topology { interconnects: interconnects.collect() }
}

#[test]
fn interconnects_are_declared_anew_when_the_topology_changes() {
    let grant = MemoryGrant::effective(100_000).unwrap();
    let registry = ComponentRegistry::default();
    let before = topology(&[("dsd.aggregate", 96, 100), ("aggregate.encode", 40, 1000)]);
    assert_eq!(
        keys(&before),
        ["aggregate.encode", "dsd.aggregate"]
            .map(|name| format!("interconnects.{name}.consumer.queue_capacity"))
    );
    registry.register("topology", &before);
    registry.register("topology.health", &topology(&[]));
    assert_eq!(registry.verify_bounds(grant).unwrap().total_firm_limit_bytes(), 9600 + 40_000);

    // One stage is gone, another came, and one has a longer queue.
    let after = topology(&[("dsd.aggregate", 96, 500), ("aggregate.forward", 24, 200)]);
    let verified = registry.redeclare("topology", &after, grant).unwrap();
    assert_eq!(verified.total_firm_limit_bytes(), 48_000 + 4800);
    let names = |component: &str| {
        let bounds = registry.find(component).unwrap().as_bounds();
        bounds.subcomponents().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("topology.interconnects"), ["aggregate.forward", "dsd.aggregate"]);
    assert_eq!(names("topology"), ["health", "interconnects"]);

    // One component of it.
    let one = r#"topology.interconnects."dsd.aggregate""#;
    let longer = |queue_capacity| Interconnect {
        producer: Producer { item_bytes: 96 },
        consumer: Consumer { queue_capacity },
    };
    assert!(registry.redeclare(one, &longer(991), grant).is_ok());
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 95_136 + 4800);
    let too_long = registry.redeclare(one, &longer(992), grant);
    let reason = VerifierError::FirmLimitExceedsAvailable {
        available_bytes: 100_000,
        firm_limit_bytes: 95_232 + 4800,
    };
    assert_eq!(too_long.unwrap_err(), RedeclareError::DoesNotFit { name: one.to_owned(), reason });
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 95_136 + 4800);

    takes_all(&after, || (Vec::<[u8; 96]>::with_capacity(500), VecDeque::<[u8; 24]>::with_capacity(200)));
}

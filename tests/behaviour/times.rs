//! `times`: the factor of a component that stands for several stands at the component, and multiplies through.

use memory_accounting::{
    BoundsVerifier, ComponentBounds, ComponentRegistry, InvalidReason, MemoryBounds, MemoryBoundsBuilder,
    MemoryGrant, MemoryPartitioner, PartitionMode, UsageExpr,
};
use serde_json::{Value, json};

/// A queue of so many bytes.
#[derive(MemoryBounds)]
struct Queue {
    #[bounds(bytes)]
    queue_bytes: usize,
}

#[derive(MemoryBounds)]
struct Worker {
    #[bounds(bytes, minimum)]
    stack_bytes: usize,
    queues: usize,
    #[bounds(subcomponent, times = "queues")]
    queue: Queue,
}

#[derive(MemoryBounds)]
struct Pool {
    workers: usize,
    #[bounds(subcomponent, times = "workers")]
    worker: Worker,
}

fn pool() -> Pool {
    Pool { workers: 3, worker: Worker { stack_bytes: 100, queues: 2, queue: Queue { queue_bytes: 10 } } }
}

/// Bounds written down as a closure.
struct Declared<F: Fn(&mut MemoryBoundsBuilder<'_>)>(F);

impl<F: Fn(&mut MemoryBoundsBuilder<'_>)> MemoryBounds for Declared<F> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        self.0(builder);
    }
}

fn firm_limit(bounds: &ComponentBounds, name: &str) -> usize {
    bounds.find(name).unwrap().total_firm_limit_bytes()
}

/// Where the factors of a component were declared, and what they are.
fn times(bounds: &ComponentBounds) -> Vec<(usize, String)> {
    bounds.times().map(|times| (times.declared_above(), times.expr().to_string())).collect()
}

#[test]
fn the_factor_stands_at_the_component_and_totals_multiply() {
    let bounds = ComponentBounds::of(&pool());
    assert_eq!((bounds.total_minimum_required_bytes(), bounds.total_firm_limit_bytes()), (300, 360));
    assert_eq!([firm_limit(&bounds, "worker"), firm_limit(&bounds, "worker.queue")], [360, 60]);
    let (worker, queue) = (bounds.find("worker").unwrap(), bounds.find("worker.queue").unwrap());
    assert_eq!(worker.minimum_entries()[0].expr(), &UsageExpr::config("stack_bytes", 100));
    assert_eq!(times(worker), [(1, "workers=3".to_owned())]);
    assert_eq!(times(queue), [(2, "workers=3".to_owned()), (1, "queues=2".to_owned())]);
}

#[test]
fn an_entry_in_json_is_all_of_it_and_tells_whose_the_factors_are() {
    let exprs = ComponentBounds::of(&pool()).to_exprs();
    let config = |name, value| json!({"type": "Config", "name": name, "value": value});
    assert_eq!(
        exprs,
        [
            json!({
                "name": "root.worker.min", "component": "worker", "kind": "minimum", "bytes": 300,
                "expr": {"type": "Product", "values": [config("stack_bytes", 100), config("workers", 3)]},
                "times": [{"component": "root", "expr": config("workers", 3)}],
            }),
            json!({
                "name": "root.worker.queue.firm", "component": "worker.queue", "kind": "firm", "bytes": 60,
                "expr": {"type": "Product", "values": [config("queue_bytes", 10), config("workers", 3), config("queues", 2)]},
                "times": [
                    {"component": "root", "expr": config("workers", 3)},
                    {"component": "worker", "expr": config("queues", 2)},
                ],
            }),
        ]
    );
    for entry in exprs {
        let expr: UsageExpr = serde_json::from_value(entry["expr"].clone()).unwrap();
        assert_eq!(Value::from(expr.evaluate()), entry["bytes"]);
    }
}

#[test]
fn bounds_in_json_have_each_factor_once_and_come_back() {
    let bounds = ComponentBounds::of(&pool());
    let json = serde_json::to_value(&bounds).unwrap();
    let config = |name, value| json!({"type": "Config", "name": name, "value": value});
    assert_eq!(json["worker"]["times"], json!([{"expr": config("workers", 3), "declared_above": 1}]));
    assert_eq!(json["worker.queue"]["times"], json!([{"expr": config("queues", 2), "declared_above": 1}]));
    let back: ComponentBounds = serde_json::from_value(json).unwrap();
    assert_eq!(back, bounds);
    assert_eq!(back.to_exprs(), bounds.to_exprs());
    assert_ne!(back, ComponentBounds::of(&Pool { workers: 4, ..pool() }));

    let part = bounds.find("worker.queue").unwrap();
    let back: ComponentBounds = serde_json::from_value(serde_json::to_value(part).unwrap()).unwrap();
    assert_eq!((&back, back.total_firm_limit_bytes()), (part, 60));

    let flattened = ComponentBounds::of(&Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.with_repeated(&UsageExpr::config("parts", 2), &pool());
    }));
    let worker = flattened.find("worker").unwrap();
    assert_eq!(times(worker), [(1, "workers=3".to_owned()), (1, "parts=2".to_owned())]);
    let back: ComponentBounds = serde_json::from_value(serde_json::to_value(&flattened).unwrap()).unwrap();
    assert_eq!((&back, back.total_firm_limit_bytes()), (&flattened, 720));
}

#[test]
fn every_reading_of_a_part_counts_all_there_are() {
    let registry = ComponentRegistry::default();
    registry.register("pool", &pool());
    let queue = registry.find("pool.worker.queue").unwrap();
    assert_eq!(queue.as_bounds().total_firm_limit_bytes(), 60);
    assert_eq!(queue.usage().declared.firm_limit, Some(60));
    let worker = registry.find("pool.worker").unwrap().usage();
    assert_eq!((worker.declared.firm_limit, worker.total_declared.firm_limit), (Some(300), Some(360)));
    assert_eq!(
        queue.verify_bounds(MemoryGrant::effective(60).unwrap()).unwrap().total_firm_limit_bytes(),
        60
    );
    assert!(queue.verify_bounds(MemoryGrant::effective(59).unwrap()).is_err());
}

#[test]
fn shares_are_of_all_there_are() {
    let bounds = ComponentBounds::of(&Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.firm().with_fixed_amount("own", 40);
        builder.with_subcomponent("pool", &pool());
    }));
    let verified = BoundsVerifier::new(MemoryGrant::effective(1000).unwrap(), bounds).verify().unwrap();
    let partitioner = MemoryPartitioner::from_verified_bounds(verified);
    assert_eq!(partitioner.set_aside_bytes(), 40);
    let shares = partitioner.calculate_partitions(PartitionMode::Scaled);
    assert_eq!(shares["pool"].bytes(), 960);
    let pool = partitioner.of_share(&shares["pool"]).unwrap();
    let worker = pool.of_share(&pool.calculate_partitions(PartitionMode::Scaled)["worker"]).unwrap();
    assert_eq!(worker.set_aside_bytes(), 300);
    assert_eq!(worker.calculate_partitions(PartitionMode::Scaled)["queue"].bytes(), 660);
}

#[test]
fn what_is_added_to_a_repeated_component_counts_for_each_whenever_it_comes() {
    let registry = ComponentRegistry::default();
    registry.register("pool", &pool());
    registry.get_or_create("pool.worker").bounds_builder().firm().with_fixed_amount("late", 1);
    registry.register("pool.worker.cache", &Queue { queue_bytes: 5 });
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 360 + 3 + 15);

    let before = ComponentRegistry::default();
    before.register("pool.worker.cache", &Queue { queue_bytes: 5 });
    before.register("pool", &pool());
    assert_eq!(before.as_bounds().total_firm_limit_bytes(), 360 + 15);
    assert!(before.verify_bounds(MemoryGrant::effective(375).unwrap()).is_ok());
}

#[test]
fn a_reset_forgets_how_many_there_are_but_not_how_many_of_those_above() {
    let registry = ComponentRegistry::default();
    registry.register("pool", &pool());
    let queue = registry.get_or_create("pool.worker.queue");
    queue.bounds_builder().reset().firm().with_fixed_amount("bytes", 1);
    assert_eq!(queue.as_bounds().total_firm_limit_bytes(), 3);
    let declaration = pool();
    let worker = registry.get_or_create("pool");
    let mut builder = worker.bounds_builder();
    builder.subcomponent("worker").reset();
    builder.with_repeated_subcomponent("worker", &UsageExpr::config("workers", 2), &declaration.worker);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 240);
}

#[test]
fn flattened_parts_count_as_often_as_each_was_flattened() {
    let part = |bytes: usize| {
        Declared(move |builder: &mut MemoryBoundsBuilder<'_>| {
            builder.minimum().with_fixed_amount("own", bytes);
            builder.subcomponent("shared").firm().with_fixed_amount("by hand", bytes);
        })
    };
    let bounds = ComponentBounds::of(&Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.subcomponent("shared").firm().with_fixed_amount("by hand", 1);
        builder.with_repeated(&UsageExpr::config("twos", 2), &part(10));
        builder.with_repeated(&UsageExpr::config("threes", 3), &part(100));
        builder.with_repeated_subcomponent("", &UsageExpr::config("fours", 4), &Queue { queue_bytes: 1000 });
    }));
    assert_eq!(bounds.total_minimum_required_bytes(), 20 + 300);
    assert_eq!(firm_limit(&bounds, "shared"), 1 + 20 + 300);
    assert_eq!(bounds.total_firm_limit_bytes(), 641 + 4000);
    let of: Vec<_> =
        bounds.minimum_entries().iter().map(|entry| entry.times()[0].expr().to_string()).collect();
    assert_eq!(of, ["twos=2", "threes=3"]);
    assert_eq!(times(&bounds), [], "the component itself is one");
}

#[test]
fn none_of_what_cannot_be_counted_is_nothing() {
    let bounds = |workers| {
        let unlimited = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
            builder.firm().with_expr(UsageExpr::unlimited("most"));
        });
        ComponentBounds::of(&Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
            builder.with_repeated_subcomponent("worker", &UsageExpr::config("workers", workers), &unlimited);
        }))
    };
    assert_eq!([bounds(0), bounds(1)].map(|bounds| bounds.total_firm_limit_bytes()), [0, usize::MAX]);
    let grant = MemoryGrant::effective(0).unwrap();
    assert!(BoundsVerifier::new(grant, bounds(0)).verify().is_ok());
}

#[test]
fn a_factor_without_a_limit_is_told_of_the_component_that_declared_it() {
    let bounds = ComponentBounds::of(&Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        let pool = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
            builder.with_repeated_subcomponent("worker", &UsageExpr::unlimited("workers"), &pool().worker);
        });
        builder.with_subcomponent("pool", &pool);
    }));
    let error = BoundsVerifier::new(MemoryGrant::effective(1).unwrap(), bounds).verify().unwrap_err();
    let expected = InvalidReason::Unlimited {
        setting: "workers".to_owned(),
        entry: "`queue_bytes` of `pool.worker.queue`".to_owned(),
    };
    assert_eq!(error.invalid_components().collect::<Vec<_>>(), [("pool", &expected)]);
}

#[test]
fn a_factor_declared_above_the_part_that_is_verified_names_its_component() {
    let registry = ComponentRegistry::default();
    let declaration = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.with_repeated_subcomponent("worker", &UsageExpr::unlimited("workers"), &pool().worker);
    });
    registry.register("a.pool", &declaration);
    let queue = registry.find("a.pool.worker.queue").unwrap();
    let error = queue.verify_bounds(MemoryGrant::effective(1).unwrap()).unwrap_err();
    let names: Vec<_> = error.invalid_components().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.pool"]);
}

//! Parts that two components declare through one pointer: neither counted twice in silence nor once on a guess.

use std::rc::Rc;
use std::sync::Arc;

use memory_accounting::{
    BoundsVerifier, ComponentBounds, ComponentRegistry, InvalidReason, MemoryBounds, MemoryBoundsBuilder,
    MemoryGrant, UsageExpr, VerifierError,
};

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(bytes)]
    max_bytes: usize,
}

fn pool() -> Arc<Pool> {
    Arc::new(Pool { max_bytes: 1000 })
}

#[derive(MemoryBounds)]
struct Source {
    #[bounds(subcomponent)]
    pool: Arc<Pool>,
}

#[derive(MemoryBounds)]
struct Sink {
    #[bounds(flatten)]
    pool: Option<Arc<Pool>>,
}

#[derive(MemoryBounds)]
struct Pipeline {
    #[bounds(subcomponent)]
    source: Source,
    #[bounds(subcomponent)]
    sink: Sink,
}

/// The components that verification refuses because of a shared part, and with whom they share it.
fn refused(bounds: &ComponentBounds) -> Vec<(String, String)> {
    let verified = BoundsVerifier::new(MemoryGrant::effective(1 << 20).unwrap(), bounds.clone()).verify();
    let error = verified.err();
    let invalid = error.iter().flat_map(VerifierError::invalid_components);
    let shared = invalid.map(|(name, reason)| match reason {
        InvalidReason::SharedPart { with } => (name.to_owned(), with.clone()),
        other => panic!("{name}: {other}"),
    });
    shared.collect()
}

fn names(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, with)| ((*name).to_owned(), (*with).to_owned())).collect()
}

#[test]
fn one_pool_of_two_components_is_refused_until_it_is_decided() {
    let shared = pool();
    let pipeline = Pipeline { source: Source { pool: shared.clone() }, sink: Sink { pool: Some(shared) } };
    let bounds = ComponentBounds::of(&pipeline);
    // Neither is left out.
    assert_eq!(bounds.total_firm_limit_bytes(), 2000);
    assert_eq!(refused(&bounds), names(&[("source.pool", "sink")]));
    let grant = MemoryGrant::effective(1 << 20).unwrap();
    let error = BoundsVerifier::new(grant, bounds).verify().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the bounds of component `source.pool` are invalid: it is declared through the same `Arc` or `Rc` as what is in `sink`; \
         if both share it, declare it in one place and skip it in the others, and if each makes its own, say so with `times = 1`"
    );
}

#[test]
fn a_pool_for_each_is_no_shared_one() {
    let pipeline = Pipeline { source: Source { pool: pool() }, sink: Sink { pool: Some(pool()) } };
    assert_eq!(refused(&ComponentBounds::of(&pipeline)), []);
    // Held by somebody else as well, but declared once.
    let shared = pool();
    let pipeline = Pipeline { source: Source { pool: shared.clone() }, sink: Sink { pool: None } };
    assert_eq!(refused(&ComponentBounds::of(&pipeline)), []);
    assert_eq!(Arc::strong_count(&shared), 2);
}

/// It belongs to who makes it.
#[derive(MemoryBounds)]
struct Owner {
    #[bounds(subcomponent)]
    pool: Arc<Pool>,
    #[bounds(subcomponent)]
    workers: Vec<Worker>,
}

#[derive(MemoryBounds)]
struct Worker {
    #[bounds(skip = "the owner's")]
    pool: Arc<Pool>,
}

#[test]
fn a_shared_pool_that_is_skipped_by_all_but_one_counts_once() {
    let shared = pool();
    let workers = (0..3).map(|_| Worker { pool: shared.clone() }).collect();
    let owner = Owner { pool: shared, workers };
    let bounds = ComponentBounds::of(&owner);
    assert_eq!((bounds.total_firm_limit_bytes(), refused(&bounds)), (1000, Vec::new()));
    let skipped = bounds.find("workers.2").unwrap().skipped();
    assert_eq!((skipped[0].name(), skipped[0].reason()), ("pool", "the owner's"));
    assert_eq!(owner.workers[0].pool.max_bytes, 1000);
}

/// Each makes a pool of its own from one configuration.
#[derive(MemoryBounds)]
struct Maker {
    #[bounds(subcomponent, times = 1)]
    pool: Arc<Pool>,
}

#[test]
fn a_pool_that_each_makes_from_one_configuration_counts_for_each() {
    let configuration = pool();
    let makers = [Maker { pool: configuration.clone() }, Maker { pool: configuration }];
    let bounds = ComponentBounds::of(&makers);
    assert_eq!((bounds.total_firm_limit_bytes(), refused(&bounds)), (2000, Vec::new()));
}

/// Several workers, one of which declares the pool that they all have.
#[derive(MemoryBounds)]
struct Workers {
    count: usize,
    #[bounds(subcomponent, times = "count")]
    worker: Source,
    #[bounds(subcomponent)]
    pool: Arc<Pool>,
}

/// As many of each pool as it says.
#[derive(MemoryBounds)]
struct PoolsForEach {
    #[bounds(subcomponent, times = 2)]
    pools: Vec<Arc<Pool>>,
    #[bounds(subcomponent)]
    pool: Arc<Pool>,
}

#[test]
fn how_many_there_are_of_a_component_says_nothing_of_what_is_in_it() {
    let shared = pool();
    let workers = Workers { count: 8, worker: Source { pool: shared.clone() }, pool: shared.clone() };
    assert_eq!(refused(&ComponentBounds::of(&workers)), names(&[("worker.pool", "pool")]));
    assert_eq!(workers.count, 8);
    let each = PoolsForEach { pools: vec![shared.clone()], pool: shared };
    assert_eq!(refused(&ComponentBounds::of(&each)), []);
}

#[test]
fn components_that_are_registered_one_by_one_are_compared_as_well() {
    let (registry, shared) = (ComponentRegistry::default(), pool());
    let grant = MemoryGrant::effective(1 << 20).unwrap();
    registry.register("b", &Source { pool: shared.clone() });
    registry.register("a.inner", &Sink { pool: Some(shared.clone()) });
    assert_eq!(refused(&registry.as_bounds()), names(&[("b.pool", "a.inner")]));
    let error = registry.verify_bounds(grant).unwrap_err();
    assert_eq!(error.invalid_components().count(), 1);
    registry.remove("b").unwrap();
    assert_eq!(refused(&registry.as_bounds()), []);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1000);
}

/// The names are those in the whole tree, wherever in it verification begins.
#[test]
fn a_part_of_a_tree_says_the_full_names() {
    let (registry, shared) = (ComponentRegistry::default(), pool());
    let _held_by_another = shared.clone();
    registry
        .bounds_builder()
        .subcomponent("a")
        .with_subcomponent("x", &shared)
        .with_subcomponent("y", &shared);
    let grant = MemoryGrant::effective(1 << 20).unwrap();
    let error = registry.get_or_create("a").verify_bounds(grant).unwrap_err();
    let (name, reason) = error.invalid_components().next().unwrap();
    assert_eq!((name, reason.clone()), ("a.y", InvalidReason::SharedPart { with: "a.x".to_owned() }));
}

#[test]
fn three_of_one_are_two_too_many_also_through_rc_and_on_one_level() {
    struct Three(Rc<Pool>);
    impl MemoryBounds for Three {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            builder.with_flattened(&self.0.clone()).with_flattened(&self.0.clone());
            builder.with_subcomponent("third", &Some(self.0.clone()));
        }
    }
    let bounds = ComponentBounds::of(&Three(Rc::new(Pool { max_bytes: 1 })));
    assert_eq!(refused(&bounds), names(&[("third", "root"), ("root", "root")]));
}

#[test]
fn a_part_that_resets_is_still_known() {
    struct Resetting;
    impl MemoryBounds for Resetting {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            builder.reset().firm().with_fixed_amount("bytes", 1);
        }
    }
    let shared = Arc::new(Resetting);
    let bounds = ComponentBounds::of(&[shared.clone(), shared]);
    assert_eq!(refused(&bounds), names(&[("1", "0")]));
}

/// A pointer that is made for a moment has an address that the next one may have.
#[test]
fn pointers_made_for_a_moment_are_not_taken_for_one() {
    struct Shards;
    impl MemoryBounds for Shards {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            for shard in 0..10 {
                builder.with_subcomponent(shard.to_string(), &pool());
            }
        }
    }
    let bounds = ComponentBounds::of(&Shards);
    assert_eq!((bounds.total_firm_limit_bytes(), refused(&bounds)), (10_000, Vec::new()));
}

#[test]
fn what_is_shared_is_written_down_in_json_and_refused_when_it_comes_back() {
    let shared = pool();
    let bounds = ComponentBounds::of(&[shared.clone(), shared.clone()]);
    let json = serde_json::to_value(&bounds).unwrap();
    assert_eq!((json["0"].get("shared_with"), &json["1"]["shared_with"]), (None, &"0".into()));
    let back: ComponentBounds = serde_json::from_value(json.clone()).unwrap();
    assert_eq!((refused(&back), &back), (names(&[("1", "0")]), &bounds));
    assert_eq!(serde_json::to_value(&back).unwrap(), json);
    // Decided, it is no longer.
    let decided = ComponentBounds::of(&Repeated(shared));
    assert_eq!(refused(&decided), []);
    assert!(!serde_json::to_string(&decided).unwrap().contains("shared_with"));
}

struct Repeated(Arc<Pool>);

impl MemoryBounds for Repeated {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let one = UsageExpr::constant("", 1);
        builder.with_repeated_subcomponent("a", &one, &self.0);
        builder.with_repeated_subcomponent("b", &one, &[self.0.clone(), self.0.clone()]);
        builder.with_repeated(&one, &self.0);
    }
}

/// Two statements on one field.
#[derive(MemoryBounds)]
struct TwoStatements {
    #[bounds(subcomponent = "reading")]
    #[bounds(subcomponent = "writing")]
    pool: Arc<Pool>,
}

/// Two components that refer to one pointer.
#[derive(MemoryBounds)]
struct Referring<'a> {
    #[bounds(subcomponent)]
    reading: &'a Arc<Pool>,
    #[bounds(flatten)]
    writing: Option<&'a Arc<Pool>>,
}

/// Pointers in a list, and two of one kind.
struct ByHand(Box<[Arc<Pool>]>, [Rc<Pool>; 2]);

impl MemoryBounds for ByHand {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.with_subcomponent("a", &self.0).with_subcomponent("b", &self.0);
        builder.with_subcomponent("c", &&self.1[0]).with_flattened(&self.1[1]);
    }
}

#[test]
fn the_only_pointer_is_refused_where_one_component_declares_it_twice() {
    let bounds = ComponentBounds::of(&TwoStatements { pool: pool() });
    assert_eq!((bounds.total_firm_limit_bytes(), refused(&bounds)), (2000, names(&[("writing", "reading")])));
    let shared = pool();
    let bounds = ComponentBounds::of(&Referring { reading: &shared, writing: Some(&shared) });
    assert_eq!(refused(&bounds), names(&[("reading", "root")]));
    let bounds = ComponentBounds::of(&Referring { reading: &shared, writing: None });
    assert_eq!(refused(&bounds), []);
    let bounds = ComponentBounds::of(&Referring { reading: &shared, writing: Some(&pool()) });
    assert_eq!(refused(&bounds), []);

    let rc = || Rc::new(Pool { max_bytes: 1 });
    let by_hand = ByHand([pool(), pool()].into(), [rc(), rc()]);
    let bounds = ComponentBounds::of(&Box::new(by_hand));
    assert_eq!(refused(&bounds), names(&[("b.0", "a.0"), ("b.1", "a.1")]));
}

/// In a value that is made for a moment, too, and where whoever declares it is declared itself.
#[test]
fn pointers_in_components_made_for_a_moment_are_not_taken_for_one() {
    struct Shards(Arc<Pool>);
    impl MemoryBounds for Shards {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            for shard in 0..10 {
                builder.with_subcomponent(shard.to_string(), &Source { pool: pool() });
                builder.with_subcomponent(format!("{shard}_too"), &Sink { pool: Some(pool()) });
            }
            builder.with_flattened(&self.0);
        }
    }
    let bounds = ComponentBounds::of(&[Shards(pool()), Shards(pool())]);
    assert_eq!((bounds.total_firm_limit_bytes(), refused(&bounds)), (42_000, Vec::new()));
    let (registry, alone) = (ComponentRegistry::default(), pool());
    for component in ["a", "b"] {
        // Cannot be told from another one that was made in its place.
        registry.register(component, &alone);
    }
    assert_eq!(
        (registry.as_bounds().total_firm_limit_bytes(), refused(&registry.as_bounds())),
        (2000, Vec::new())
    );
}

#[test]
fn what_was_decided_of_the_only_pointer_is_taken_as_it_is() {
    struct Twice(Arc<Pool>);
    impl MemoryBounds for Twice {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            let one = UsageExpr::constant("", 1);
            builder
                .with_repeated_subcomponent("a", &one, &self.0)
                .with_repeated_subcomponent("b", &one, &self.0);
        }
    }
    let bounds = ComponentBounds::of(&Twice(pool()));
    assert_eq!((bounds.total_firm_limit_bytes(), refused(&bounds)), (2000, Vec::new()));
}

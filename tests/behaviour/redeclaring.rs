//! `ComponentRegistry::redeclare`: the whole is proved with the new declaration before anybody sees it, and on an error nothing has
//! changed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{
    ComponentRegistry, InvalidReason, MemoryBounds, MemoryBoundsBuilder, MemoryGrant, RedeclareError,
    UsageExpr, VerifierError, sizing,
};

fn grant(bytes: usize) -> MemoryGrant {
    MemoryGrant::effective(bytes).unwrap()
}

/// A component with parts by name.
#[derive(Clone)]
struct Topology {
    own: usize,
    parts: Vec<(&'static str, usize)>,
}

struct Part(usize);

impl MemoryBounds for Part {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_expr(UsageExpr::config("bytes", self.0));
    }
}

impl MemoryBounds for Topology {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.minimum().with_fixed_amount("own", self.own);
        for (name, bytes) in &self.parts {
            builder.with_subcomponent(name, &Part(*bytes));
        }
    }
}

fn topology(own: usize, parts: &[(&'static str, usize)]) -> Topology {
    Topology { own, parts: parts.to_vec() }
}

/// The full names of all components and what each declares itself.
fn declared(registry: &ComponentRegistry) -> Vec<(String, usize)> {
    let mut declared = Vec::new();
    registry.usage().visit(&mut |usage, _| {
        declared.push((usage.name.clone(), usage.declared.firm_limit.unwrap()));
    });
    declared
}

fn names(all: &[(&str, usize)]) -> Vec<(String, usize)> {
    all.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect()
}

#[test]
fn the_new_declaration_takes_the_place_of_the_old_one() {
    let registry = ComponentRegistry::default();
    let component = registry.register("pipes", &topology(1, &[("a", 20), ("b", 300)]));
    registry.register("other", &Part(4000));
    let verified = registry.redeclare("pipes", &topology(2, &[("b", 500), ("c", 70)]), grant(5000)).unwrap();
    assert_eq!((verified.total_minimum_required_bytes(), verified.total_firm_limit_bytes()), (2, 4572));
    assert_eq!(verified.bounds(), &registry.as_bounds());
    let expected = [("root", 0), ("other", 4000), ("pipes", 2), ("pipes.b", 500), ("pipes.c", 70)];
    assert_eq!(declared(&registry), names(&expected));
    assert_eq!(component.as_bounds().total_firm_limit_bytes(), 572, "a handle from before");
    // Again and again, and from a handle below the root.
    for own in 3..10 {
        let parent = registry.get_or_create("pipes");
        parent.redeclare("c", &Part(own), grant(5000)).unwrap();
        assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 4502 + own);
    }
    assert!(registry.verify_bounds(grant(5000)).is_ok());
}

/// A component, the tree, and the groups of it, a part and a component below it.
fn one_with_groups(name: &str) -> (ComponentRegistry, [AllocationGroupToken; 3]) {
    let registry = ComponentRegistry::default();
    let component = registry.register(name, &topology(1, &[("a", 20), ("b", 300)]));
    component.register("own", &Part(4000));
    let tokens = ["", "a", "own"].map(|name| component.get_or_create(name).token());
    (registry, tokens)
}

#[test]
fn an_error_leaves_everything_as_it_was() {
    let (registry, tokens) = one_with_groups("redeclared_in_vain");
    let before = (registry.as_bounds(), declared(&registry));
    let unchanged = |registry: &ComponentRegistry| {
        assert_eq!((registry.as_bounds(), declared(registry)), before);
        assert!(tokens.iter().all(|token| token.is_registered()));
        let component = registry.find("redeclared_in_vain").unwrap();
        assert_eq!(["", "a", "own"].map(|name| component.find(name).unwrap().token()), tokens);
        assert!(registry.verify_bounds(grant(4321)).is_ok());
    };
    let too_much = registry.redeclare("redeclared_in_vain", &topology(1, &[("z", 321)]), grant(4321));
    let reason = VerifierError::FirmLimitExceedsAvailable { available_bytes: 4321, firm_limit_bytes: 4322 };
    let error = RedeclareError::DoesNotFit { name: "redeclared_in_vain".to_owned(), reason };
    assert_eq!(too_much, Err(error.clone()));
    assert_eq!(
        error.to_string(),
        "`redeclared_in_vain` stays as it was declared before: the components may use up to 4.2 KiB (4322 bytes), but only \
         4.2 KiB (4321 bytes) are available"
    );
    unchanged(&registry);

    // The minimum alone, a name that was declared on its own, and what has no limit.
    assert!(registry.redeclare("redeclared_in_vain", &topology(4322, &[]), grant(4321)).is_err());
    unchanged(&registry);
    let twice = registry.redeclare("redeclared_in_vain", &topology(1, &[("own", 5)]), grant(1 << 20));
    let Err(RedeclareError::DoesNotFit { reason, .. }) = twice else { panic!("{twice:?}") };
    let invalid: Vec<_> = reason.invalid_components().collect();
    assert_eq!(invalid, [("redeclared_in_vain.own", &InvalidReason::DeclaredRepeatedly { times: 2 })]);
    unchanged(&registry);
    assert!(registry.redeclare("redeclared_in_vain", &Part(usize::MAX), grant(1 << 20)).is_err());
    unchanged(&registry);
}

#[test]
fn what_is_not_there_is_not_declared() {
    let registry = ComponentRegistry::default();
    registry.register("pipes.a", &Part(1));
    let before = registry.as_bounds();
    for name in ["pipe", "pipes.b", "pipes..a"] {
        let error = registry.redeclare(name, &Part(1), grant(100)).unwrap_err();
        let RedeclareError::Unknown(unknown) = &error else { panic!("{error:?}") };
        assert_eq!((unknown.name.as_str(), unknown.known.join(" ")), (name, "pipes pipes.a".to_owned()));
        assert_eq!(error.to_string(), unknown.to_string());
    }
    assert_eq!(registry.as_bounds(), before);
    let removed = registry.find("pipes.a").unwrap();
    registry.remove("pipes.a").unwrap();
    assert!(removed.redeclare("", &Part(1), grant(100)).is_err());
    assert!(registry.find("pipes.a").is_err(), "nothing was created");
    // What was created, but never declared, is there.
    assert!(registry.redeclare("pipes", &Part(1), grant(100)).is_ok());
    assert!(registry.redeclare("", &Part(7), grant(100)).is_ok(), "the root is");
    assert_eq!(declared(&registry), names(&[("root", 7), ("pipes", 1)]));
}

#[test]
fn parts_go_with_their_groups_and_what_was_declared_on_its_own_stays() {
    let (registry, [own, part, on_its_own]) = one_with_groups("redeclared_parts");
    let component = registry.find("redeclared_parts").unwrap();
    component.register("a.below", &Part(5));
    component.get_or_create("created");
    let (b, below) = (component.find("b").unwrap().token(), component.find("a.below").unwrap().token());
    registry.redeclare("redeclared_parts", &topology(1, &[("b", 7)]), grant(1 << 20)).unwrap();
    let expected = [
        ("root", 0),
        ("redeclared_parts", 1),
        // For what is below it.
        ("redeclared_parts.a", 0),
        ("redeclared_parts.a.below", 5),
        ("redeclared_parts.b", 7),
        ("redeclared_parts.created", 0),
        ("redeclared_parts.own", 4000),
    ];
    assert_eq!(declared(&registry), names(&expected));
    assert!([own, b, below, on_its_own].iter().all(|token| token.is_registered()));
    assert_eq!(component.token(), own);

    component.remove("a.below").unwrap();
    registry.redeclare("redeclared_parts", &topology(1, &[("a", 1)]), grant(1 << 20)).unwrap();
    assert!(!b.is_registered(), "nobody would remove it");
    assert!(part.is_registered(), "there all the time");
    registry.redeclare("redeclared_parts", &topology(1, &[]), grant(1 << 20)).unwrap();
    let expected = [
        ("root", 0),
        ("redeclared_parts", 1),
        ("redeclared_parts.created", 0),
        ("redeclared_parts.own", 4000),
    ];
    assert_eq!(declared(&registry), names(&expected));
    let late = component.get_or_create("b");
    assert_ne!(late.token(), b, "another, of a component that was created again");
}

#[test]
fn a_part_with_something_below_it_is_declared_again_and_again() {
    let registry = ComponentRegistry::default();
    registry.register("again", &topology(1, &[("a", 1)]));
    registry.register("again.a.below", &Part(5));
    for bytes in [2, 3] {
        registry.redeclare("again", &topology(1, &[("a", bytes)]), grant(100)).unwrap();
        let expected = [("root", 0), ("again", 1), ("again.a", bytes), ("again.a.below", 5)];
        assert_eq!(declared(&registry), names(&expected));
    }
}

#[test]
fn parts_of_parts_and_of_what_is_flattened_are_parts() {
    struct Nested(usize);
    impl MemoryBounds for Nested {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            for depth in 0..self.0 {
                builder.with_subcomponent(format!("of_nested_{depth}"), &topology(1, &[("inner", 1)]));
                builder.subcomponent(format!("by_hand_{depth}")).firm().with_fixed_amount("bytes", 1);
            }
        }
    }
    let registry = ComponentRegistry::default();
    registry.register("a", &[Nested(2), Nested(1)]);
    registry.bounds_builder().subcomponent("a").with_flattened(&Nested(1));
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 12);
    registry.redeclare("a", &topology(0, &[]), grant(100)).unwrap();
    assert_eq!(declared(&registry), names(&[("root", 0), ("a", 0)]));
}

#[test]
fn a_declaration_that_panics_changes_nothing() {
    struct Panics;
    impl MemoryBounds for Panics {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            builder.firm().with_fixed_amount("half", 5);
            panic!("half way");
        }
    }
    let registry = ComponentRegistry::default();
    registry.register("a", &topology(1, &[("b", 2)]));
    let before = registry.as_bounds();
    let panicked = catch_unwind(AssertUnwindSafe(|| registry.redeclare("a", &Panics, grant(100)).is_ok()));
    assert!(panicked.is_err());
    assert_eq!(registry.as_bounds(), before);
    assert!(registry.redeclare("a", &Part(3), grant(100)).is_ok());
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 3);
}

#[test]
fn a_declaration_may_look_at_the_registry() {
    struct Looks(ComponentRegistry);
    impl MemoryBounds for Looks {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            let so_far = self.0.as_bounds().total_firm_limit_bytes();
            builder.firm().with_fixed_amount("as much again", so_far);
        }
    }
    let registry = ComponentRegistry::default();
    registry.register("a", &Part(10));
    registry.redeclare("a", &Looks(registry.clone()), grant(100)).unwrap();
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 10);
}

/// How many of something there are is said above it, and stays so.
#[test]
fn factors_above_a_component_count_as_before() {
    struct Pool {
        workers: usize,
        worker: Topology,
    }
    impl MemoryBounds for Pool {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            let workers = UsageExpr::config("workers", self.workers);
            builder.with_repeated_subcomponent("worker", &workers, &self.worker);
        }
    }
    let registry = ComponentRegistry::default();
    registry.register("pool", &Pool { workers: 3, worker: topology(10, &[("a", 5)]) });
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 45);
    registry.register("pool.worker.log", &Part(1));
    let worker = topology(100, &[("b", 7)]);
    let verified = registry.redeclare("pool.worker", &worker, grant(324)).unwrap();
    assert_eq!(verified.total_firm_limit_bytes(), 3 * (100 + 7 + 1));
    assert!(registry.redeclare("pool.worker", &topology(101, &[("b", 7)]), grant(324)).is_err());
    let settings = sizing::explain(&registry.as_bounds(), 200).settings;
    let workers = settings.iter().find(|setting| setting.key == "workers").unwrap();
    let found = (workers.component.as_str(), workers.largest_that_fits);
    assert_eq!(found, ("pool", sizing::LargestThatFits::AtMost(1)));

    registry.redeclare("pool", &Pool { workers: 2, worker }, grant(324)).unwrap();
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 2 * 107 + 2);
}

#[test]
fn a_part_that_is_shared_with_another_component_is_compared_anew() {
    let registry = ComponentRegistry::default();
    let pool = Arc::new(Part(10));
    registry.register("a", &pool.clone());
    registry.register("b", &Part(1));
    // Its own place is free when it is declared again.
    registry.redeclare("a", &pool.clone(), grant(100)).unwrap();
    let shared = registry.redeclare("b", &pool.clone(), grant(100));
    let Err(RedeclareError::DoesNotFit { reason, .. }) = shared else { panic!("{shared:?}") };
    let invalid: Vec<_> = reason.invalid_components().collect();
    assert_eq!(invalid, [("b", &InvalidReason::SharedPart { with: "a".to_owned() })]);
    registry.redeclare("a", &Part(2), grant(100)).unwrap();
    registry.redeclare("b", &pool, grant(100)).unwrap();
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 12);
}

#[test]
fn who_reads_meanwhile_sees_all_of_the_one_or_all_of_the_other() {
    let registry = ComponentRegistry::default();
    let versions = [topology(1, &[("a", 10), ("b", 100)]), topology(2, &[("a", 20), ("c", 200)])];
    registry.register("pipes", &versions[0]);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers = [0, 1].map(|_| {
            scope.spawn(|| {
                let mut seen = 0_u64;
                while !ended.load(Ordering::Relaxed) || seen == 0 {
                    let total = registry.as_bounds().total_firm_limit_bytes();
                    assert!(total == 111 || total == 222, "{total}");
                    let usage = registry.usage().total_declared.firm_limit;
                    assert!(usage == Some(111) || usage == Some(222), "{usage:?}");
                    assert!(registry.verify_bounds(grant(222)).is_ok());
                    seen += 1;
                }
                seen
            })
        });
        for round in 0..500 {
            registry.redeclare("pipes", &versions[(round + 1) % 2], grant(222)).unwrap();
            assert!(registry.redeclare("pipes", &topology(3, &[("d", 220)]), grant(222)).is_err());
        }
        ended.store(true, Ordering::Relaxed);
        readers.map(|reader| reader.join().unwrap())
    });
}

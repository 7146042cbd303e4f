//! A component's own code declares apart: what it resets, panics in or looks at concerns nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use memory_accounting::{
    ComponentBounds, ComponentRegistry, MemoryBounds, MemoryBoundsBuilder, MemoryGrant, UsageExpr,
};

use super::{Declared, Firm, declared, names};

#[test]
fn reset_forgets_the_component_and_everything_below_it() {
    let bounds = declared(|builder| {
        builder.minimum().with_fixed_amount("a", 1);
        let mut source = builder.subcomponent("source");
        source.firm().with_fixed_amount("b", 20);
        source.skipped("c", "nothing");
        source.with_subcomponent("below", &Firm(300));
        source.reset();
    });
    assert_eq!(bounds.total_firm_limit_bytes(), 1);
    assert_eq!(bounds.find("source"), Some(&ComponentBounds::default()));
}

/// A part that starts anew, as one that was declared before would.
struct Resetting;

impl MemoryBounds for Resetting {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.reset().firm().with_fixed_amount("bytes", 1);
    }
}

#[derive(MemoryBounds)]
struct Whole {
    #[bounds(bytes)]
    own_bytes: usize,
    #[bounds(flatten)]
    part: Resetting,
}

#[test]
fn a_flattened_part_that_resets_forgets_only_itself() {
    assert_eq!(
        ComponentBounds::of(&Whole { own_bytes: 1000, part: Resetting }).total_firm_limit_bytes(),
        1001
    );
    let times = UsageExpr::config("parts", 2);
    let by_hand = declared(|builder| {
        builder.firm().with_fixed_amount("own", 1000);
        builder.with_flattened(&Resetting).with_repeated(&times, &Resetting);
        builder.with_subcomponent("below", &Resetting);
    });
    assert_eq!(by_hand.total_firm_limit_bytes(), 1000 + 1 + 2 + 1);
}

#[test]
fn a_panic_half_way_leaves_nothing_behind() {
    let half_way = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.firm().with_fixed_amount("first", 1);
        builder.subcomponent("below").firm().with_fixed_amount("second", 1);
        panic!("half way");
    });
    let registry = ComponentRegistry::default();
    let declaring: [&dyn Fn(); 3] = [
        &|| _ = registry.register("a", &half_way),
        &|| _ = registry.bounds_builder().with_subcomponent("a", &half_way),
        &|| _ = registry.bounds_builder().with_flattened(&half_way),
    ];
    for declare in declaring {
        assert!(catch_unwind(AssertUnwindSafe(declare)).is_err());
        assert_eq!(registry.as_bounds(), ComponentBounds::default());
    }
    registry.register("a", &Firm(5));
    let verified = registry.verify_bounds(MemoryGrant::effective(5).unwrap()).unwrap();
    assert_eq!(verified.total_firm_limit_bytes(), 5);
}

#[test]
fn bounds_are_equal_when_the_same_is_declared_in_them() {
    let by_hand = ComponentRegistry::default();
    by_hand.bounds_builder().firm().with_fixed_amount("bytes", 5);
    assert_eq!(by_hand.as_bounds(), ComponentBounds::of(&Firm(5)));
    assert_ne!(ComponentBounds::of(&Firm(6)), ComponentBounds::of(&Firm(5)));
    assert_ne!(declared(|builder| _ = builder.minimum().with_fixed_amount("bytes", 5)), by_hand.as_bounds());
    assert_ne!(declared(|builder| _ = builder.skipped("a", "b")), ComponentBounds::default());
    assert_ne!(declared(|builder| _ = builder.subcomponent("a")), ComponentBounds::default());
}

#[test]
fn what_is_added_to_a_registry_by_hand_is_seen_at_once() {
    let registry = ComponentRegistry::default();
    let mut builder = registry.bounds_builder();
    builder.minimum().with_fixed_amount("a", 1);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1);
    let mut below = builder.subcomponent("below");
    assert_eq!(registry.as_bounds().subcomponents().count(), 1);
    below.firm().with_fixed_amount("b", 20);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 21);
    below.reset();
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1);
}

#[test]
fn a_component_may_look_at_the_registry_it_is_declared_in() {
    let registry = ComponentRegistry::default();
    let looking = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        let others = registry.as_bounds().total_firm_limit_bytes();
        builder.firm().with_fixed_amount("half of the others", others / 2);
    });
    registry.register("a", &Firm(10));
    registry.register("b", &looking);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 15);
}

#[test]
fn skipped_fields_are_listed_but_are_no_expressions() {
    let bounds = declared(|builder| {
        builder.skipped("socket", "the kernel's").firm().with_fixed_amount("a", 1);
    });
    let skipped: Vec<_> = bounds.skipped().iter().map(|field| (field.name(), field.reason())).collect();
    assert_eq!(skipped, [("socket", "the kernel's")]);
    assert_eq!(names(&bounds), ["root.firm"]);
}

//! `BoundsVerifier`: what fits, what does not, and what the error says.

use memory_accounting::{
    BoundsVerifier, ComponentBounds, ComponentRegistry, InvalidComponent, InvalidReason, MemoryGrant,
    NameError, UsageExpr, VerifiedBounds, VerifierError,
};

fn grant(bytes: usize) -> MemoryGrant {
    MemoryGrant::effective(bytes).unwrap()
}

/// A source that needs 100 bytes and may use 50 more, and a sink that may use 30.
fn program() -> ComponentRegistry {
    let registry = ComponentRegistry::default();
    let source = registry.get_or_create("topology.source");
    source.bounds_builder().minimum().with_fixed_amount("buffer", 100);
    source.bounds_builder().firm().with_fixed_amount("queue", 50);
    registry.get_or_create("topology.sink").bounds_builder().firm().with_fixed_amount("queue", 30);
    registry
}

fn verify(bounds: ComponentBounds, bytes: usize) -> Result<VerifiedBounds, VerifierError> {
    BoundsVerifier::new(grant(bytes), bounds).verify()
}

#[test]
fn bounds_that_equal_the_grant_fit() {
    let verified = verify(program().as_bounds(), 180).unwrap();
    assert_eq!(verified.total_available_bytes(), 180);
    assert_eq!(verified.total_minimum_required_bytes(), 100);
    assert_eq!(verified.total_firm_limit_bytes(), 180);
    assert_eq!(verified.bounds(), &program().as_bounds());
    assert_eq!(verified.grant(), grant(180));
}

#[test]
fn one_byte_less_does_not() {
    let expected = VerifierError::FirmLimitExceedsAvailable { available_bytes: 179, firm_limit_bytes: 180 };
    assert_eq!(verify(program().as_bounds(), 179), Err(expected.clone()));
    assert_eq!(program().verify_bounds(grant(179)), Err(expected));
}

#[test]
fn the_minimum_is_checked_before_the_firm_limit() {
    assert!(matches!(
        verify(program().as_bounds(), 100),
        Err(VerifierError::FirmLimitExceedsAvailable { .. })
    ));
    assert_eq!(
        verify(program().as_bounds(), 99),
        Err(VerifierError::InsufficientMinimumMemory { available_bytes: 99, minimum_required_bytes: 100 })
    );
}

#[test]
fn what_is_available_is_the_grant_less_its_slop() {
    let with_slop = |bytes| MemoryGrant::with_slop_factor(bytes, 0.25).unwrap();
    let bounds = program().as_bounds();
    assert_eq!(
        BoundsVerifier::new(with_slop(240), bounds.clone()).verify().unwrap().total_available_bytes(),
        180
    );
    assert!(BoundsVerifier::new(with_slop(239), bounds).verify().is_err());
}

#[test]
fn a_part_of_the_program_can_be_verified_alone() {
    let verified = program().get_or_create("topology.sink").verify_bounds(grant(30)).unwrap();
    assert_eq!(verified.total_firm_limit_bytes(), 30);
}

#[test]
fn an_overflow_names_the_deepest_component_and_its_arithmetic() {
    let registry = program();
    let cache = registry.get_or_create("topology.source.cache");
    cache.bounds_builder().firm().with_expr(UsageExpr::constant("fine", 1)).with_named_expr(
        "entries",
        UsageExpr::product(
            "",
            UsageExpr::struct_size::<u64>("entry"),
            UsageExpr::config("limit", usize::MAX),
        ),
    );
    let error = registry.verify_bounds(grant(1000)).unwrap_err();
    assert_eq!(
        error,
        VerifierError::InvalidComponentBounds {
            component_name: "topology.source.cache".to_owned(),
            reason: InvalidReason::Overflow {
                entry: format!("entries = size(entry)=8 * limit={}", usize::MAX)
            },
            others: vec![],
        }
    );
}

#[test]
fn an_overflow_in_the_minimum_is_named_too() {
    let registry = ComponentRegistry::default();
    let overflowing = UsageExpr::product("", UsageExpr::config("a", usize::MAX), UsageExpr::config("b", 2));
    registry.bounds_builder().minimum().with_expr(overflowing);
    let expected = format!(
        "the bounds of component `root` are invalid: more bytes than can be counted: a={} * b=2",
        usize::MAX
    );
    assert_eq!(registry.verify_bounds(grant(1000)).unwrap_err().to_string(), expected);
}

#[test]
fn entries_that_overflow_only_together_blame_the_component_that_adds_them() {
    let registry = ComponentRegistry::default();
    for name in ["sources.a", "sources.b"] {
        registry.get_or_create(name).bounds_builder().minimum().with_fixed_amount("half", usize::MAX / 2 + 1);
    }
    assert_eq!(
        registry.verify_bounds(grant(1000)),
        Err(VerifierError::InvalidComponentBounds {
            component_name: "sources".to_owned(),
            reason: InvalidReason::OverflowTogether,
            others: vec![],
        })
    );
    let bounds = registry.as_bounds();
    assert_eq!(bounds.total_minimum_required_bytes(), usize::MAX);
    assert_eq!(bounds.total_firm_limit_bytes(), usize::MAX);
}

#[test]
fn what_overflows_together_is_found_beside_what_is_unbounded() {
    let registry = ComponentRegistry::default();
    for name in ["sources.a", "sources.b.deep", "other.a", "other.b"] {
        registry.get_or_create(name).bounds_builder().firm().with_fixed_amount("half", usize::MAX / 2 + 1);
    }
    let unlimited = registry.get_or_create("sources.b.deep");
    unlimited.bounds_builder().minimum().with_named_expr("cache", UsageExpr::unlimited("entries"));
    let error = registry.verify_bounds(grant(1000)).unwrap_err();
    let unlimited = InvalidReason::Unlimited { setting: "entries".into(), entry: "`cache`".into() };
    assert_eq!(
        error.invalid_components().collect::<Vec<_>>(),
        [
            ("other", &InvalidReason::OverflowTogether),
            ("sources.b.deep", &unlimited),
            ("sources", &InvalidReason::OverflowTogether),
        ],
        "and not the root, which adds nothing to either"
    );
}

/// What is wrong where one component has one firm entry.
fn reasons(expr: UsageExpr) -> Vec<String> {
    let registry = ComponentRegistry::default();
    registry.get_or_create("a").bounds_builder().firm().with_named_expr("cache", expr);
    let error = registry.verify_bounds(grant(1000)).unwrap_err();
    error.invalid_components().map(|(_, reason)| reason.to_string()).collect()
}

#[test]
fn the_setting_that_is_not_limited_is_named() {
    let unlimited = UsageExpr::unlimited;
    let eight = |expr| UsageExpr::product("", UsageExpr::constant("", 8), expr);
    let not_limited = |setting: &str| format!("`{setting}` is not limited, so `cache` is not either");
    assert_eq!(reasons(eight(unlimited("entries"))), [not_limited("entries")]);
    assert_eq!(
        reasons(UsageExpr::sum("", unlimited("a"), UsageExpr::sum("", unlimited("b"), unlimited("a")))),
        [not_limited("a"), not_limited("b")],
        "each for itself"
    );
    assert_eq!(
        reasons(UsageExpr::min(unlimited("a"), unlimited("b"))),
        [not_limited("a"), not_limited("b")],
        "only together"
    );
    let bounded = UsageExpr::min(unlimited("a"), UsageExpr::config("b", 10));
    assert_eq!(reasons(UsageExpr::sum("", bounded, unlimited("c"))), [not_limited("c")], "`a` does no harm");
    assert_eq!(reasons(unlimited("")), ["a part of it is not limited, so `cache` is not either"]);
}

#[test]
fn an_entry_that_would_overflow_with_any_limit_is_named_itself() {
    let overflow = UsageExpr::product("", UsageExpr::config("a", usize::MAX), UsageExpr::config("b", 2));
    assert_eq!(
        reasons(UsageExpr::product("", UsageExpr::unlimited("c"), overflow)),
        [format!("more bytes than can be counted: cache = c=unlimited * a={} * b=2", usize::MAX)]
    );
}

#[test]
fn an_entry_without_a_label_is_named_by_its_arithmetic() {
    let registry = ComponentRegistry::default();
    registry.bounds_builder().minimum().with_expr(UsageExpr::unlimited("entries"));
    assert_eq!(
        registry.verify_bounds(grant(1000)).unwrap_err().to_string(),
        "the bounds of component `root` are invalid: `entries` is not limited, so entries=unlimited is not either"
    );
}

#[test]
fn everything_that_is_invalid_is_found_in_one_run() {
    let registry = program();
    let fine = ComponentRegistry::default().as_bounds();
    assert!(verify(fine, 0).is_ok());
    registry.get_or_create("a..b");
    let twice = registry.get_or_create("topology");
    let overflow = || UsageExpr::product("", UsageExpr::config("a", usize::MAX), UsageExpr::config("b", 2));
    for _ in 0..3 {
        twice.bounds_builder().with_subcomponent("sink", &None::<Box<dyn memory_accounting::MemoryBounds>>);
    }
    let sink = registry.get_or_create("topology.sink");
    sink.bounds_builder().minimum().with_expr(overflow());
    sink.bounds_builder().firm().with_named_expr("cache", UsageExpr::unlimited("entries"));
    let overflow = format!("a={} * b=2", usize::MAX);
    let error = registry.verify_bounds(grant(1000)).unwrap_err();
    let invalid = |name: &str, reason| InvalidComponent::new(name, reason);
    let sink = |reason| invalid("topology.sink", reason);
    assert_eq!(
        error,
        VerifierError::InvalidComponentBounds {
            component_name: r#""a..b""#.to_owned(),
            reason: InvalidReason::InvalidName { error: NameError::MissingName },
            others: vec![
                sink(InvalidReason::DeclaredRepeatedly { times: 4 }),
                sink(InvalidReason::Overflow { entry: overflow.clone() }),
                sink(InvalidReason::Unlimited { setting: "entries".into(), entry: "`cache`".into() }),
            ]
        }
    );
    let listed: Vec<_> = error.invalid_components().map(|(name, _)| name).collect();
    assert_eq!(listed, [r#""a..b""#, "topology.sink", "topology.sink", "topology.sink"]);
    insta::assert_snapshot!(error.to_string().replace(&overflow, "(overflow)"), @r#"
    the bounds of component `"a..b"` are invalid: it was called that without the quotes, and a name before or after a dot is missing; if it is one name, write the quotes where it is declared
    the bounds of component `topology.sink` are invalid: it was declared 4 times; give each component a name of its own, or reset it before it is declared again
    the bounds of component `topology.sink` are invalid: more bytes than can be counted: (overflow)
    the bounds of component `topology.sink` are invalid: `entries` is not limited, so `cache` is not either
    "#);
    assert_eq!(verify(program().as_bounds(), 0).unwrap_err().invalid_components().count(), 0);
}

#[test]
fn the_greatest_number_of_bytes_is_no_overflow_but_does_not_fit() {
    let registry = ComponentRegistry::default();
    registry.bounds_builder().firm().with_fixed_amount("all", usize::MAX);
    assert_eq!(
        registry.verify_bounds(grant(1000)),
        Err(VerifierError::FirmLimitExceedsAvailable { available_bytes: 1000, firm_limit_bytes: usize::MAX })
    );
}

#[test]
fn errors_say_the_numbers_twice_for_people_and_for_searching() {
    assert_eq!(
        VerifierError::InsufficientMinimumMemory { available_bytes: 1024, minimum_required_bytes: 1_572_864 }
            .to_string(),
        "the components need at least 1.5 MiB (1572864 bytes), but only 1.0 KiB (1024 bytes) are available"
    );
    assert_eq!(
        VerifierError::FirmLimitExceedsAvailable { available_bytes: 0, firm_limit_bytes: 2048 }.to_string(),
        "the components may use up to 2.0 KiB (2048 bytes), but only 0 B (0 bytes) are available"
    );
    let error: Box<dyn std::error::Error + Send + Sync> =
        Box::new(verify(program().as_bounds(), 0).unwrap_err());
    assert!(error.source().is_none());
}

//! `MemoryPartitioner`: the shares add up to the grant, to the byte.

use std::collections::BTreeMap;

use memory_accounting::{ComponentRegistry, MemoryGrant, MemoryPartitioner, PartitionMode, VerifiedBounds};
use proptest::prelude::*;

/// A program whose components may use so many bytes each.
fn program(components: &[(&str, usize)]) -> ComponentRegistry {
    let registry = ComponentRegistry::default();
    for (name, bytes) in components {
        registry.get_or_create(name).bounds_builder().firm().with_fixed_amount("bytes", *bytes);
    }
    registry
}

fn verified(registry: &ComponentRegistry, bytes: usize) -> VerifiedBounds {
    registry.verify_bounds(MemoryGrant::effective(bytes).unwrap()).unwrap()
}

fn shares(verified: VerifiedBounds, mode: PartitionMode) -> BTreeMap<String, usize> {
    let partitions = MemoryPartitioner::from_verified_bounds(verified).calculate_partitions(mode);
    partitions.into_iter().map(|(name, grant)| (name, grant.effective_limit_bytes())).collect()
}

fn partition(components: &[(&str, usize)], bytes: usize, mode: PartitionMode) -> Vec<(String, usize)> {
    shares(verified(&program(components), bytes), mode).into_iter().collect()
}

fn named<const N: usize>(expected: [(&str, usize); N]) -> Vec<(String, usize)> {
    expected.map(|(name, bytes)| (name.to_owned(), bytes)).into()
}

#[test]
fn without_components_there_are_no_shares() {
    for mode in [PartitionMode::Scaled, PartitionMode::AllEqual] {
        assert_eq!(partition(&[], 1000, mode), []);
    }
}

#[test]
fn scaled_divides_in_proportion_to_the_firm_limits() {
    let shares = partition(&[("a", 100), ("b", 300)], 1000, PartitionMode::Scaled);
    assert_eq!(shares, named([("a", 250), ("b", 750)]));
}

#[test]
fn the_firm_limit_of_a_component_includes_what_is_below_it_and_its_minimum() {
    let registry = program(&[("a.b", 50), ("a.c", 40), ("d", 300)]);
    registry.get_or_create("a").bounds_builder().minimum().with_fixed_amount("bytes", 10);
    assert_eq!(
        shares(verified(&registry, 1000), PartitionMode::Scaled).into_iter().collect::<Vec<_>>(),
        named([("a", 250), ("d", 750)])
    );
}

#[test]
fn what_rounding_leaves_over_goes_to_the_largest_remainders() {
    // 10 * 1/7, 10 * 2/7 and 10 * 4/7 are 1.43, 2.86 and 5.71
    let shares = partition(&[("a", 1), ("b", 2), ("c", 4)], 10, PartitionMode::Scaled);
    assert_eq!(shares, named([("a", 1), ("b", 3), ("c", 6)]));
}

#[test]
fn all_equal_gives_what_is_left_over_to_the_first_names() {
    let shares = partition(&[("c", 1), ("b", 900), ("a", 0)], 1001, PartitionMode::AllEqual);
    assert_eq!(shares, named([("a", 334), ("b", 334), ("c", 333)]));
}

#[test]
fn where_nothing_is_declared_scaled_divides_equally() {
    let shares = partition(&[("a", 0), ("b", 0)], 11, PartitionMode::Scaled);
    assert_eq!(shares, named([("a", 6), ("b", 5)]));
}

#[test]
fn a_component_that_declares_nothing_gets_nothing_when_scaled() {
    let shares = partition(&[("a", 0), ("b", 1)], 11, PartitionMode::Scaled);
    assert_eq!(shares, named([("a", 0), ("b", 11)]));
}

#[test]
fn a_grant_of_nothing_is_divided_into_nothing() {
    for mode in [PartitionMode::Scaled, PartitionMode::AllEqual] {
        assert_eq!(partition(&[("a", 0), ("b", 0)], 0, mode), named([("a", 0), ("b", 0)]));
    }
}

#[test]
fn the_greatest_grant_is_divided_exactly() {
    let whole = 1 << 53;
    let third = whole / 3;
    let shares = partition(&[("a", third), ("b", third), ("c", third)], whole, PartitionMode::Scaled);
    assert_eq!(shares, named([("a", third + 1), ("b", third + 1), ("c", third)]));
}

#[test]
fn shares_are_of_what_the_slop_leaves_and_have_none_themselves() {
    let grant = MemoryGrant::with_slop_factor(1000, 0.5).unwrap();
    let verified = program(&[("a", 1), ("b", 1)]).verify_bounds(grant).unwrap();
    let shares =
        MemoryPartitioner::from_verified_bounds(verified).calculate_partitions(PartitionMode::AllEqual);
    assert_eq!(shares["a"], MemoryGrant::effective(250).unwrap());
    assert_eq!(shares["b"], MemoryGrant::effective(250).unwrap());
}

proptest! {
    #[test]
    fn shares_add_up_to_the_whole_grant(
        bytes in prop::collection::vec((0_usize..5, prop_oneof![Just(0), 0_usize..100, 0_usize..(1 << 40)]), 1..12),
        spare in prop_oneof![Just(0), 0_usize..100, 0_usize..(1 << 50)],
    ) {
        let registry = ComponentRegistry::default();
        for (index, (parent, bytes)) in bytes.iter().enumerate() {
            let component = registry.get_or_create(format!("{parent}.{index}"));
            component.bounds_builder().firm().with_fixed_amount("bytes", *bytes);
        }
        let own: BTreeMap<String, usize> = registry
            .as_bounds()
            .subcomponents()
            .map(|(name, bounds)| (name.clone(), bounds.total_firm_limit_bytes()))
            .collect();
        let whole = own.values().sum::<usize>() + spare;
        let verified = verified(&registry, whole);

        let scaled = shares(verified.clone(), PartitionMode::Scaled);
        prop_assert!(scaled.keys().eq(own.keys()));
        prop_assert_eq!(scaled.values().sum::<usize>(), whole);
        for (name, share) in &scaled {
            prop_assert!(*share >= own[name], "{} got {} of {}", name, share, own[name]);
        }

        let equal = shares(verified, PartitionMode::AllEqual);
        prop_assert!(equal.keys().eq(own.keys()));
        prop_assert_eq!(equal.values().sum::<usize>(), whole);
        prop_assert!(equal.values().max().unwrap() - equal.values().min().unwrap() <= 1);
    }
}

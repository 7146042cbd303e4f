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
    partitions.into_iter().map(|(name, share)| (name, share.bytes())).collect()
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
    let shares = partition(&[("c", 1), ("b", 300), ("a", 0)], 1001, PartitionMode::AllEqual);
    assert_eq!(shares, named([("a", 334), ("b", 334), ("c", 333)]));
}

#[test]
fn all_equal_gives_nobody_less_than_its_firm_limit() {
    let equal = |components: &[(&str, usize)], bytes| partition(components, bytes, PartitionMode::AllEqual);
    assert_eq!(equal(&[("a", 0), ("b", 900), ("c", 1)], 1001), named([("a", 51), ("b", 900), ("c", 50)]));
    // 900 is more than a third, and 60 more than half of what is left then.
    assert_eq!(equal(&[("a", 900), ("b", 60), ("c", 0)], 1000), named([("a", 900), ("b", 60), ("c", 40)]));
    assert_eq!(
        equal(&[("a", 334), ("b", 333), ("c", 333)], 1000),
        named([("a", 334), ("b", 333), ("c", 333)])
    );
    assert_eq!(
        equal(&[("a", 333), ("b", 333), ("c", 334)], 1000),
        named([("a", 333), ("b", 333), ("c", 334)])
    );
}

#[test]
fn what_is_left_over_goes_also_to_those_who_need_just_the_equal_share() {
    let shares = partition(&[("a", 333), ("b", 333), ("c", 333)], 1000, PartitionMode::AllEqual);
    assert_eq!(shares, named([("a", 334), ("b", 333), ("c", 333)]));
}

#[test]
fn what_the_divided_component_declares_itself_is_set_aside() {
    let registry = program(&[("a", 100), ("b", 0)]);
    registry.bounds_builder().minimum().with_fixed_amount("own", 500);
    registry.bounds_builder().firm().with_fixed_amount("own", 100);
    let verified = verified(&registry, 1000);
    assert_eq!(MemoryPartitioner::from_verified_bounds(verified.clone()).set_aside_bytes(), 600);
    let shares = |mode| shares(verified.clone(), mode).into_iter().collect::<Vec<_>>();
    assert_eq!(shares(PartitionMode::Scaled), named([("a", 400), ("b", 0)]));
    assert_eq!(shares(PartitionMode::AllEqual), named([("a", 200), ("b", 200)]));
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
    assert_eq!((shares["a"].bytes(), shares["b"].bytes()), (250, 250));
}

#[test]
fn a_share_names_its_component_in_full() {
    let registry = program(&[("topology.\"10.0.0.1\"", 1)]);
    let topology = registry.get_or_create("topology");
    let verified = topology.verify_bounds(MemoryGrant::effective(10).unwrap()).unwrap();
    let shares =
        MemoryPartitioner::from_verified_bounds(verified).calculate_partitions(PartitionMode::Scaled);
    let share = &shares["10.0.0.1"];
    assert_eq!((share.component(), share.bytes()), ("topology.\"10.0.0.1\"", 10));
}

#[test]
fn a_share_is_divided_again() {
    let registry = program(&[("a.b", 100), ("a.c", 50), ("d", 100)]);
    registry.get_or_create("a").bounds_builder().minimum().with_fixed_amount("own", 50);
    let whole = MemoryPartitioner::from_verified_bounds(verified(&registry, 600));
    let shares = whole.calculate_partitions(PartitionMode::Scaled);
    assert_eq!(shares["a"].bytes(), 400);
    let below = whole.of_share(&shares["a"]).unwrap();
    assert_eq!(below.set_aside_bytes(), 50);
    let divided = below.calculate_partitions(PartitionMode::AllEqual);
    assert_eq!((divided["b"].component(), divided["b"].bytes()), ("a.b", 175));
    assert_eq!((divided["c"].component(), divided["c"].bytes()), ("a.c", 175));
    assert!(whole.of_share(&divided["b"]).is_none(), "not directly below");
    let smaller = MemoryPartitioner::from_verified_bounds(verified(&program(&[("a", 0), ("d", 1)]), 1));
    let too_small = &smaller.calculate_partitions(PartitionMode::Scaled)["a"];
    assert!(whole.of_share(too_small).is_none(), "less than was verified");
}

proptest! {
    #[test]
    fn shares_and_what_is_set_aside_add_up_to_the_whole_grant(
        bytes in prop::collection::vec((0_usize..5, prop_oneof![Just(0), 0_usize..100, 0_usize..(1 << 40)]), 1..12),
        set_aside in prop_oneof![Just(0), 0_usize..100, 0_usize..(1 << 40)],
        spare in prop_oneof![Just(0), 0_usize..100, 0_usize..(1 << 50)],
    ) {
        let registry = ComponentRegistry::default();
        registry.bounds_builder().firm().with_fixed_amount("own", set_aside);
        for (index, (parent, bytes)) in bytes.iter().enumerate() {
            let component = registry.get_or_create(format!("{parent}.{index}"));
            component.bounds_builder().firm().with_fixed_amount("bytes", *bytes);
        }
        let firm_limits: BTreeMap<String, usize> = registry
            .as_bounds()
            .subcomponents()
            .map(|(name, bounds)| (name.clone(), bounds.total_firm_limit_bytes()))
            .collect();
        let to_divide = firm_limits.values().sum::<usize>() + spare;
        let verified = verified(&registry, set_aside + to_divide);
        prop_assert_eq!(MemoryPartitioner::from_verified_bounds(verified.clone()).set_aside_bytes(), set_aside);

        for mode in [PartitionMode::Scaled, PartitionMode::AllEqual] {
            let shares = shares(verified.clone(), mode);
            prop_assert!(shares.keys().eq(firm_limits.keys()));
            prop_assert_eq!(shares.values().sum::<usize>(), to_divide);
            for (name, share) in &shares {
                prop_assert!(*share >= firm_limits[name], "{} got {} of {}", name, share, firm_limits[name]);
            }
        }

        let scaled = shares(verified.clone(), PartitionMode::Scaled);
        let total = firm_limits.values().sum::<usize>() as u128;
        for (name, share) in &scaled {
            let exact = (to_divide as u128 * firm_limits[name] as u128).checked_div(total);
            prop_assert!(exact.is_none_or(|floor| (floor..=floor + 1).contains(&(*share as u128))));
        }

        let equal = shares(verified, PartitionMode::AllEqual);
        let least = equal.values().min().unwrap();
        for (name, share) in &equal {
            prop_assert!(*share <= least + 1 || *share == firm_limits[name], "{} got {}, another {}", name, share, least);
        }
    }
}

//! `MemoryGrant`: what is a grant and what is not.

use memory_accounting::{
    BoundsVerifier, ComponentBounds, GrantError, MemoryBounds, MemoryBoundsBuilder, MemoryGrant,
};

const GREATEST: usize = 1 << 53;

#[test]
fn an_effective_grant_is_the_whole_limit() {
    let grant = MemoryGrant::effective(1000).unwrap();
    assert_eq!(grant.initial_limit_bytes(), 1000);
    assert_eq!(grant.effective_limit_bytes(), 1000);
    assert!(grant.slop_factor().abs() < f64::EPSILON);
}

#[test]
fn the_slop_is_taken_off_and_the_rest_truncated() {
    let effective = |limit, slop| MemoryGrant::with_slop_factor(limit, slop).unwrap().effective_limit_bytes();
    assert_eq!(effective(1000, 0.25), 750);
    assert_eq!(effective(999, 0.25), 749, "749.25 bytes");
    assert_eq!(effective(3, 0.5), 1);
    assert_eq!(effective(1, 0.5), 0);
    assert_eq!(effective(1000, 0.0), 1000);
    assert_eq!(effective(1000, -0.0), 1000);
    let grant = MemoryGrant::with_slop_factor(1000, 0.25).unwrap();
    assert_eq!(grant.initial_limit_bytes(), 1000);
    assert!((grant.slop_factor() - 0.25).abs() < f64::EPSILON);
}

#[test]
fn a_slop_outside_of_zero_to_one_is_refused() {
    for slop_factor in [1.0, 1.5, -0.1, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(
            MemoryGrant::with_slop_factor(1000, slop_factor),
            Err(GrantError::InvalidSlopFactor { slop_factor })
        );
    }
}

#[test]
fn a_slop_that_is_no_number_is_refused() {
    let error = MemoryGrant::with_slop_factor(1000, f64::NAN).unwrap_err();
    assert!(matches!(error, GrantError::InvalidSlopFactor { slop_factor } if slop_factor.is_nan()));
    assert_eq!(
        error.to_string(),
        "slop factor NaN is not in [0, 1); 0.1 would set aside a tenth of the limit"
    );
}

#[test]
fn the_greatest_slop_leaves_a_tiny_part() {
    let slop = 1.0_f64.next_down();
    assert_eq!(MemoryGrant::with_slop_factor(GREATEST, slop).unwrap().effective_limit_bytes(), 1);
}

#[test]
fn a_limit_is_exact_up_to_two_to_the_53_and_refused_above() {
    for limit in [GREATEST - 1, GREATEST] {
        assert_eq!(MemoryGrant::effective(limit).unwrap().effective_limit_bytes(), limit);
    }
    for limit_bytes in [GREATEST + 1, usize::MAX] {
        assert_eq!(MemoryGrant::effective(limit_bytes), Err(GrantError::LimitTooLarge { limit_bytes }));
    }
    assert_eq!(
        MemoryGrant::effective(GREATEST + 1).unwrap_err().to_string(),
        "a limit of 9007199254740993 bytes is above 2^53 (8.0 PiB), the greatest that can be granted"
    );
}

struct Bytes(usize);

impl MemoryBounds for Bytes {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("bytes", self.0);
    }
}

#[test]
fn a_grant_of_nothing_fits_only_empty_bounds() {
    let verify = |bytes| {
        BoundsVerifier::new(MemoryGrant::effective(0).unwrap(), ComponentBounds::of(&Bytes(bytes))).verify()
    };
    assert!(verify(0).is_ok());
    assert!(verify(1).is_err());
}

#[test]
fn the_limits_of_this_machine_can_be_read() {
    let detected = MemoryGrant::detect().unwrap();
    assert!(detected.is_none_or(|grant| grant.effective_limit_bytes() > 0));
    let physical = MemoryGrant::physical().unwrap();
    assert_eq!(physical.is_some(), cfg!(target_os = "linux"));
    assert!(physical.is_none_or(|grant| grant.effective_limit_bytes() > 1 << 20));
}

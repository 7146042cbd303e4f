//! `MemoryGrant`: what is a grant and what is not.

use memory_accounting::{
    BoundsVerifier, ComponentBounds, Detection, GrantError, MemoryBounds, MemoryBoundsBuilder, MemoryGrant,
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
fn another_slop_is_of_the_same_limit() {
    let slopped = MemoryGrant::with_slop_factor(1000, 0.5).unwrap();
    assert_eq!(slopped.with_slop(0.25), MemoryGrant::with_slop_factor(1000, 0.25));
    assert_eq!(slopped.with_slop(1.0), Err(GrantError::InvalidSlopFactor { slop_factor: 1.0 }));
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
    let slop = 1.0 - f64::EPSILON / 2.0;
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

#[cfg(target_os = "linux")]
fn with_default_slop(bytes: usize) -> MemoryGrant {
    MemoryGrant::with_slop_factor(bytes, 0.15).unwrap()
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

/// What `/proc/meminfo` says is all of the memory.
#[cfg(target_os = "linux")]
#[test]
fn physical_memory_is_what_the_kernel_says() {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap();
    let kibibytes: usize = total.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    assert_eq!(MemoryGrant::physical().unwrap(), Some(with_default_slop(kibibytes * 1024)));
}

#[cfg(any(unix, windows))]
#[test]
fn a_machine_has_some_memory() {
    let grant = MemoryGrant::physical().unwrap().expect("a number of bytes");
    assert!(grant.initial_limit_bytes() > 16 << 20, "{grant:?}");
}

#[test]
fn the_short_form_is_what_the_detection_grants() {
    let detection = Detection::detect();
    assert_eq!(MemoryGrant::detect().ok(), detection.try_grant().ok());
    assert_eq!(MemoryGrant::detect().ok().flatten(), detection.grant());
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[test]
fn elsewhere_no_limit_is_looked_for() {
    assert_eq!(MemoryGrant::detect().unwrap(), None);
    assert!(Detection::detect().to_string().starts_with("limit unknown"));
}

//! `ConfigValue`: which settings count, and as what.

use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize};

use bytesize::ByteSize;
use memory_accounting::ConfigValue;

#[test]
fn unsigned_integers_count_as_themselves() {
    assert_eq!(u8::MAX.config_value(), 255);
    assert_eq!(u16::MAX.config_value(), 65_535);
    assert_eq!(u32::MAX.config_value(), 4_294_967_295);
    assert_eq!(7_u64.config_value(), 7);
    assert_eq!(7_u128.config_value(), 7);
    assert_eq!(usize::MAX.config_value(), usize::MAX);
    assert_eq!(0_usize.config_value(), 0);
}

#[test]
fn non_zero_integers_count_as_what_they_hold() {
    assert_eq!(NonZeroU8::MAX.config_value(), 255);
    assert_eq!(NonZeroU16::MAX.config_value(), 65_535);
    assert_eq!(NonZeroU32::MIN.config_value(), 1);
    assert_eq!(NonZeroU64::MIN.config_value(), 1);
    assert_eq!(NonZeroU128::MIN.config_value(), 1);
    assert_eq!(NonZeroUsize::MAX.config_value(), usize::MAX);
}

#[test]
fn what_does_not_fit_becomes_the_greatest_number() {
    assert_eq!((usize::MAX as u128 + 1).config_value(), usize::MAX);
    assert_eq!(u128::MAX.config_value(), usize::MAX);
    assert_eq!(NonZeroU128::MAX.config_value(), usize::MAX);
}

#[test]
fn a_reference_counts_as_what_it_points_to() {
    let setting = 12_u16;
    assert_eq!((&&setting).config_value(), 12);
    let dynamic: &dyn ConfigValue = &setting;
    assert_eq!((&dynamic).config_value(), 12);
}

#[test]
fn a_byte_size_counts_its_bytes() {
    assert_eq!(ByteSize::kib(64).config_value(), 65_536);
    assert_eq!("1.5 MB".parse::<ByteSize>().unwrap().config_value(), 1_500_000);
}

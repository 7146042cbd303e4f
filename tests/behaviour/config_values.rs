//! `ConfigValue`: which settings count, and as what.

use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize};

use bytesize::ByteSize;
use memory_accounting::{
    BoundsVerifier, ComponentBounds, ConfigValue, InvalidReason, MemoryBounds, MemoryGrant, UsageExpr,
};

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

#[test]
fn a_switch_counts_one_or_nothing() {
    assert_eq!((true.config_value(), false.config_value()), (1, 0));
}

/// What stands in many files: a number, or a word.
enum Size {
    Unlimited,
    Bytes(u64),
}

impl ConfigValue for Size {
    fn config_value(&self) -> usize {
        self.config_limit().unwrap_or(usize::MAX)
    }

    fn config_limit(&self) -> Option<usize> {
        match self {
            Self::Unlimited => None,
            Self::Bytes(bytes) => Some(bytes.config_value()),
        }
    }
}

#[derive(MemoryBounds)]
struct Absent {
    #[bounds(bytes)]
    size: Size,
    #[bounds(bytes, or = unlimited)]
    max_bytes: Option<Size>,
    events: Option<usize>,
    #[bounds(
        bytes = "key(\"other\", self.half_of_events().unwrap_or(size + unlimited)) + DEFAULT.unwrap_or(2)"
    )]
    #[bounds(per_item = "events", or = "2 KiB / 4", name = "events")]
    buffer: Vec<u8>,
}

const DEFAULT: Option<usize> = None;

impl Absent {
    fn half_of_events(&self) -> Option<usize> {
        Some(self.events? / 2)
    }
}

fn shown(component: &Absent) -> Vec<String> {
    let bounds = ComponentBounds::of(component);
    bounds.firm_entries().iter().map(|entry| entry.expr().to_string()).collect()
}

#[test]
fn an_absent_setting_counts_as_what_is_said() {
    let mut component = Absent { size: Size::Bytes(5), max_bytes: None, events: None, buffer: Vec::new() };
    assert_eq!(
        shown(&component),
        ["size=5", "max_bytes=unlimited", "size=5 + other=unlimited + 2", "size(events)=1 * events=512"]
    );
    component.events = Some(4);
    component.max_bytes = Some(Size::Bytes(7));
    assert_eq!(shown(&component), ["size=5", "max_bytes=7", "other=2 + 2", "size(events)=1 * events=4"]);
    assert!(component.buffer.is_empty());
}

#[test]
fn verification_names_the_setting_to_limit() {
    let component = Absent {
        size: Size::Unlimited,
        max_bytes: Some(Size::Unlimited),
        events: Some(0),
        buffer: Vec::new(),
    };
    let error = BoundsVerifier::new(MemoryGrant::effective(1000).unwrap(), ComponentBounds::of(&component))
        .verify()
        .unwrap_err();
    let settings: Vec<_> = error
        .invalid_components()
        .map(|(_, reason)| match reason {
            InvalidReason::Unlimited { setting, .. } => setting.as_str(),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(settings, ["size", "max_bytes"]);
}

#[derive(ConfigValue)]
struct ByteCount(u64);

#[derive(ConfigValue)]
struct Named<T, U> {
    value: T,
    unit: std::marker::PhantomData<U>,
}

#[derive(ConfigValue)]
struct Nested(Size);

#[test]
fn a_type_of_one_field_counts_as_that_field() {
    assert_eq!(ByteCount(5).config_value(), 5);
    assert_eq!(ByteCount(5).config_limit(), Some(5));
    let named = Named::<_, String> { value: ByteCount(7), unit: std::marker::PhantomData };
    assert_eq!((&&named).config_limit(), Some(7));
    assert_eq!(named.unit, std::marker::PhantomData);
    assert_eq!(
        (Nested(Size::Unlimited).config_limit(), Nested(Size::Bytes(3)).config_limit()),
        (None, Some(3))
    );
}

struct Mebibytes(u64);

impl ConfigValue for Mebibytes {
    fn config_value(&self) -> usize {
        self.0.config_value().saturating_mul(1 << 20)
    }

    fn config_unit(&self) -> usize {
        1 << 20
    }
}

#[derive(ConfigValue)]
struct Memory(Mebibytes);

#[derive(MemoryBounds)]
struct Store {
    #[bounds(bytes)]
    memory_mb: Memory,
}

#[test]
fn advice_is_in_the_unit_of_the_file() {
    let bounds = |megabytes| ComponentBounds::of(&Store { memory_mb: Memory(Mebibytes(megabytes)) });
    assert_eq!(bounds(512).total_firm_limit_bytes(), 512 << 20);
    let explanation = memory_accounting::sizing::explain(&bounds(512), 300 << 20);
    assert!(
        explanation.to_string().contains("memory_mb = 512 in root: 512.0 MiB, would fit with at most 300"),
        "{explanation}"
    );
    assert_eq!(bounds(0).firm_entries()[0].expr().evaluate(), 0);
    // No multiple of its unit, so it is told in bytes.
    assert_eq!(bounds(u64::MAX).firm_entries()[0].expr(), &UsageExpr::config("memory_mb", usize::MAX));
}

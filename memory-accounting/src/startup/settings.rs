//! What an operator may choose about a start.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::error::StartupError;
use super::mode::StartupMode;
use crate::bytes::parse_bytes;
use crate::grant::{GREATEST_LIMIT, MemoryGrant};
use crate::limiter::LimiterSettings;

/// The memory settings of a service, as they may stand in its file. Each has a default.
///
/// ```
/// use memory_accounting::{StartupMode, StartupSettings};
///
/// let settings: StartupSettings = serde_json::from_str(r#"{ "limit": "1.5GiB", "mode": "permissive" }"#)?;
/// assert_eq!((settings.limit_bytes, settings.mode), (Some(3 << 29), StartupMode::Permissive));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct StartupSettings {
    /// What becomes of a service that may not fit; [`StartupMode::Strict`] by default.
    pub mode: StartupMode,
    /// The limit of the process: in bytes, or as text with a unit, such as `64MiB`, of which what is left of a byte is cut off. Where it is not given, it is detected.
    #[serde(rename = "limit", deserialize_with = "bytes_or_text")]
    pub limit_bytes: Option<u64>,
    /// The part of the limit that is set aside for what no component declares, at least 0 and less than 1:
    /// [`MemoryGrant::DEFAULT_SLOP_FACTOR`].
    pub slop_factor: f64,
    /// What is set aside besides, in bytes or as text: 0. What a process holds at rest, such as code and the stacks of its
    /// threads, does not grow with its limit.
    #[serde(rename = "slop", deserialize_with = "some_bytes_or_text")]
    pub slop_bytes: u64,
    /// How callers are held back.
    pub limiter: LimiterSettings,
}

impl Default for StartupSettings {
    fn default() -> Self {
        Self {
            mode: StartupMode::default(),
            limit_bytes: None,
            slop_factor: MemoryGrant::DEFAULT_SLOP_FACTOR,
            slop_bytes: 0,
            limiter: LimiterSettings::default(),
        }
    }
}

impl StartupSettings {
    /// A grant of `limit_bytes`, less what is set aside.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a limit up to 2^53 is exact in f64, and a greater one is no grant"
    )]
    pub(super) fn grant(&self, limit_bytes: u64) -> Result<MemoryGrant, StartupError> {
        let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
        // By itself first: the sum with the constant is a number that nobody has set.
        let without_constant = MemoryGrant::with_slop_factor(limit, self.slop_factor)?;
        if self.slop_bytes > 0 && self.slop_bytes >= without_constant.effective_limit_bytes() as u64 {
            return Err(StartupError::NothingLeft {
                limit_bytes,
                slop_bytes: self.slop_bytes,
                slop_factor: self.slop_factor,
            });
        }
        let constant = if limit_bytes == 0 { 0.0 } else { self.slop_bytes as f64 / limit_bytes as f64 };
        Ok(MemoryGrant::with_slop_factor(limit, self.slop_factor + constant)?)
    }

    /// The least limit in whole MiB, and at least one, of which `effective_bytes` are left, in bytes; `None` where there is none. It is what a
    /// start with these settings goes by, to the byte.
    pub fn limit_for(&self, effective_bytes: usize) -> Option<u64> {
        /// Nobody sets a limit to the byte.
        const STEP: u64 = 1 << 20;
        const GREATEST: u64 = GREATEST_LIMIT as u64 / STEP;
        let is_enough = |steps: u64| {
            let grant = self.grant(steps.saturating_mul(STEP));
            grant.is_ok_and(|grant| grant.effective_limit_bytes() >= effective_bytes)
        };
        // Each step of the computation rounds, but none makes less of more, so that what is above a limit that is enough is enough too.
        let (mut too_small, mut enough) = (0, GREATEST);
        if !is_enough(enough) {
            return None;
        }
        while enough.saturating_sub(too_small) > 1 {
            let middle = u64::midpoint(too_small, enough);
            if is_enough(middle) {
                enough = middle;
            } else {
                too_small = middle;
            }
        }
        Some(enough.saturating_mul(STEP))
    }
}

/// A number of bytes, or a text such as `64MiB`. A visitor rather than an untagged enum, whose error says only that nothing matched.
struct Size(u64);

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizeVisitor)
    }
}

struct SizeVisitor;

impl Visitor<'_> for SizeVisitor {
    type Value = Size;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whole bytes, or a text with a unit such as \"64MiB\"")
    }

    fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<Size, E> {
        Ok(Size(bytes))
    }

    fn visit_i64<E: de::Error>(self, bytes: i64) -> Result<Size, E> {
        u64::try_from(bytes).map(Size).map_err(|_| no_size(bytes))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Size, E> {
        Err(no_size(number))
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Size, E> {
        Err(no_size(truth))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Size, E> {
        parse_bytes(text).map(Size).ok_or_else(|| no_size(text))
    }
}

/// What to write, whatever was written.
fn no_size<E: de::Error>(written: impl fmt::Display) -> E {
    E::custom(format!("`{written}` is no size; write whole bytes, or a text with a unit such as \"64MiB\""))
}

fn bytes_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(Option::<Size>::deserialize(deserializer)?.map(|Size(bytes)| bytes))
}

fn some_bytes_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Size::deserialize(deserializer).map(|Size(bytes)| bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(slop_factor: f64, slop_bytes: u64) -> StartupSettings {
        StartupSettings { slop_factor, slop_bytes, ..StartupSettings::default() }
    }

    #[test]
    fn a_constant_and_a_part_are_set_aside() {
        let grant = settings(0.25, 100).grant(1000).expect("a grant");
        assert_eq!((grant.initial_limit_bytes(), grant.effective_limit_bytes()), (1000, 650));
        assert!(settings(0.25, 750).grant(1000).is_err(), "nothing is left");
    }

    #[test]
    fn the_limit_that_is_enough_is_enough() {
        for (slop_factor, slop_bytes) in [(0.0, 0), (0.15, 0), (0.15, 5 << 20), (0.9, 7)] {
            let settings = settings(slop_factor, slop_bytes);
            let limit = settings.limit_for(100_000_000).expect("a limit");
            let grant = settings.grant(limit).expect("a grant");
            assert!(grant.effective_limit_bytes() >= 100_000_000, "{settings:?}");
            let less = settings.grant(limit - (1 << 20)).expect("a grant");
            assert!(less.effective_limit_bytes() < 100_000_000, "{settings:?}");
        }
    }

    /// The least whole MiB, by trying one after another.
    #[test]
    fn the_limit_that_is_enough_is_the_least() {
        const MIB: u64 = 1 << 20;
        for percent in 0..100 {
            for slop_bytes in [0, MIB, 3 * MIB + 7] {
                let settings = settings(f64::from(percent) / 100.0, slop_bytes);
                let effective = |limit| settings.grant(limit).map(|grant| grant.effective_limit_bytes()).ok();
                for full in [1, 2, 3, 66, 101, 1000].map(|mebibytes| mebibytes * MIB) {
                    let Some(left) = effective(full) else { continue };
                    for needed in [left - 1, left, left + 1] {
                        let enough = settings.limit_for(needed).expect("a limit");
                        assert!(effective(enough) >= Some(needed), "{settings:?}, {needed}");
                        assert!(
                            enough == MIB || effective(enough - MIB) < Some(needed),
                            "{settings:?}, {needed}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_greatest_limit_is_enough_for_what_it_leaves() {
        let greatest = GREATEST_LIMIT as u64;
        assert_eq!(settings(0.0, 0).limit_for(GREATEST_LIMIT), Some(greatest));
        assert_eq!(settings(0.0, 0).limit_for(GREATEST_LIMIT + 1), None);
        assert_eq!(settings(0.5, 0).limit_for(GREATEST_LIMIT / 2), Some(greatest));
        assert_eq!(settings(0.0, 0).limit_for(0), Some(1 << 20), "a limit of nothing is none");
    }

    #[test]
    fn sizes_are_numbers_or_texts() {
        let read = |json| serde_json::from_str::<StartupSettings>(json);
        assert_eq!(read(r#"{ "limit": 1024, "slop": "1KiB" }"#).unwrap().slop_bytes, 1024);
        for (json, expected) in [
            (r#"{ "limit": "much" }"#, "`much`"),
            (r#"{ "limit": "50%" }"#, "`50%`"),
            (r#"{ "limit": "1.5B" }"#, "`1.5B`"),
            (r#"{ "limit": 1.5 }"#, "`1.5`"),
            (r#"{ "limit": true }"#, "`true`"),
            (r#"{ "slop": -1 }"#, "`-1`"),
        ] {
            let error = read(json).unwrap_err().to_string();
            let expected =
                format!("{expected} is no size; write whole bytes, or a text with a unit such as \"64MiB\"");
            assert!(error.starts_with(&expected), "{error}");
        }
        let error = read(r#"{ "limit": [1] }"#).unwrap_err().to_string();
        assert!(error.contains("expected whole bytes, or a text with a unit such as \"64MiB\""), "{error}");
        assert_eq!(read(r#"{ "limit": null }"#).unwrap().limit_bytes, None);
        let text = serde_json::to_string(&settings(0.2, 7)).unwrap();
        assert_eq!(read(&text).unwrap(), settings(0.2, 7));
    }
}

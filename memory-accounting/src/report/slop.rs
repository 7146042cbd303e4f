//! How much of the limit has to be set aside, by what was measured.

use serde::Serialize;

use super::MemoryReport;
use crate::grant::MemoryGrant;

/// What is set aside of a limit for what nobody declares, beside what was measured to be needed.
///
/// ```text
/// needed = overhead + undeclared
/// ```
///
/// Both are the most there was, where that is known. They need not have been that much at the same time, so what is needed is never less than what
/// was at any moment; what overhead was before the limiter was made is not known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MeasuredSlop {
    /// What all of it is a part of, in bytes: the limit that the limiter goes by, or what was granted where there is no limiter.
    pub limit_bytes: u64,
    /// What is set aside of that now.
    pub set_aside_bytes: u64,
    /// What was needed.
    pub needed_bytes: u64,
    /// The least slop factor, in whole hundredths, that sets aside what was needed; `None` where that is all of the limit or more.
    pub needed_factor: Option<f64>,
    /// Resident memory that no allocation holds and that serves none: by the limiter's readings, where it takes them, else what is resident at this
    /// moment beyond what is live.
    pub overhead: MeasuredBytes,
    /// Live bytes that no component declares: those that none claims, and those of components that declare nothing.
    pub undeclared: MeasuredBytes,
}

/// How many bytes there were, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MeasuredBytes {
    /// How many.
    pub bytes: u64,
    /// When they were that many.
    pub measured: MeasuredMoment,
}

/// When something was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MeasuredMoment {
    /// When it was the most, since it is watched.
    AtMost,
    /// At the moment of the report. There may have been more before.
    Now,
}

impl MeasuredSlop {
    /// By what `report` knows. `None` where it has no limit, is not of all components, or nothing tells what is live or resident.
    pub(super) fn of(report: &MemoryReport) -> Option<Self> {
        let (limit_bytes, effective_bytes) = limit(report)?;
        let undeclared = undeclared(report)?;
        let overhead = overhead(report)?;
        let needed_bytes = overhead.bytes.saturating_add(undeclared.bytes);
        Some(Self {
            limit_bytes,
            set_aside_bytes: limit_bytes.saturating_sub(effective_bytes),
            needed_bytes,
            needed_factor: factor_for(needed_bytes, limit_bytes),
            overhead,
            undeclared,
        })
    }
}

/// The limit, and the part of it that is for components.
fn limit(report: &MemoryReport) -> Option<(u64, u64)> {
    let of_grant =
        |grant: MemoryGrant| (grant.initial_limit_bytes() as u64, grant.effective_limit_bytes() as u64);
    let of_limiter = report.limiter.as_ref().map(|limiter| limiter.limits);
    of_limiter
        .map(|limits| (limits.full_bytes, limits.effective_bytes))
        .or_else(|| report.grant.map(of_grant))
}

/// What no component claims, and what those hold that declare nothing, with all that is below them.
///
/// The most of the first is the root's peak, less what the root declares. The sum of several peaks is no less than the peak of all.
fn undeclared(report: &MemoryReport) -> Option<MeasuredBytes> {
    let root = &report.components;
    let beyond_declared = |peak: usize| Some(peak.saturating_sub(root.declared.firm_limit?));
    let mut all = MeasuredBytes::new(root.unclaimed_bytes()?, root.peak_bytes.and_then(beyond_declared));
    root.visit(&mut |usage, depth| {
        if let Some(live) = usage.live.filter(|_| depth > 0 && usage.declares_nothing()) {
            all = all.plus(MeasuredBytes::new(live.bytes, usage.peak_bytes));
        }
    });
    Some(all)
}

impl MeasuredBytes {
    /// The most there was, where that is known, else what there is now.
    fn new(now: usize, most: Option<usize>) -> Self {
        // A peak is counted in batches, so it may lag behind.
        let bytes = most.map_or(now, |most| most.max(now)) as u64;
        let measured = if most.is_some() { MeasuredMoment::AtMost } else { MeasuredMoment::Now };
        Self { bytes, measured }
    }

    /// The most of both together is known where that of each is.
    fn plus(self, other: Self) -> Self {
        let measured = if other.measured == MeasuredMoment::Now { other.measured } else { self.measured };
        Self { bytes: self.bytes.saturating_add(other.bytes), measured }
    }
}

fn overhead(report: &MemoryReport) -> Option<MeasuredBytes> {
    let most = report.limiter.as_ref().and_then(|limiter| limiter.greatest_overhead_bytes);
    let most = most.map(|bytes| MeasuredBytes { bytes, measured: MeasuredMoment::AtMost });
    let now = || {
        let beyond = report.resident_bytes?.saturating_sub(report.components.total_live?.bytes);
        Some(MeasuredBytes { bytes: beyond as u64, measured: MeasuredMoment::Now })
    };
    most.or_else(now)
}

/// The least slop factor, in hundredths, that sets `needed` bytes of `limit` aside.
fn factor_for(needed: u64, limit: u64) -> Option<f64> {
    let limit_bytes = usize::try_from(limit).ok()?;
    (0..100_u32).map(|percent| f64::from(percent) / 100.0).find(|factor| {
        let grant = MemoryGrant::with_slop_factor(limit_bytes, *factor);
        grant.is_ok_and(|grant| limit.saturating_sub(grant.effective_limit_bytes() as u64) >= needed)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_factor_sets_aside_what_is_needed_and_no_hundredth_more() {
        let factors = [0, 1, 10, 11, 320, 990, 991, 2000].map(|needed| factor_for(needed, 1000));
        let expected = [Some(0.0), Some(0.01), Some(0.01), Some(0.02), Some(0.32), Some(0.99), None, None];
        assert_eq!(factors, expected);
        assert_eq!((factor_for(0, 0), factor_for(1, 0)), (Some(0.0), None));
    }

    proptest! {
        #[test]
        fn a_proposed_factor_is_enough(limit in 1_u64..1 << 50, part in 0_u64..1000) {
            let needed = limit / 1000 * part + limit % 1000;
            if let Some(factor) = factor_for(needed, limit) {
                let grant = MemoryGrant::with_slop_factor(usize::try_from(limit).unwrap(), factor).unwrap();
                prop_assert!(limit - grant.effective_limit_bytes() as u64 >= needed);
            } else {
                prop_assert!(u128::from(needed) * 100 > u128::from(limit) * 98);
            }
        }
    }
}

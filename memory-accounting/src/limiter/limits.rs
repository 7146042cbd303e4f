//! From which number of bytes on callers are held back.

use serde::Serialize;

use super::settings::LimiterSettings;
use crate::grant::MemoryGrant;

/// What may be in use, and the thresholds that follow from it, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Limits {
    /// The limit less the slop: for what is tracked.
    pub effective_bytes: u64,
    /// The limit: for what is held.
    pub full_bytes: u64,
    /// For tracked bytes.
    pub tracked: Thresholds,
    /// For held bytes.
    pub held: Thresholds,
}

/// Where scarcity begins by one measure, and where it ends again, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Thresholds {
    /// Callers are slowed down from here on.
    pub soft: u64,
    /// They no longer are below this.
    pub soft_ends: u64,
    /// Callers wait from here on.
    pub hard: u64,
    /// They are only slowed down below this.
    pub hard_ends: u64,
}

impl Limits {
    /// Those of `grant`, of which `firm_limit_bytes` were verified to be enough (0 where nothing was).
    ///
    /// What was verified runs unthrottled: tracked bytes are soft above it only, and hard half way from there to the full limit.
    pub(super) fn of(grant: MemoryGrant, firm_limit_bytes: u64, settings: &LimiterSettings) -> Self {
        let (effective, full) = (grant.effective_limit_bytes() as u64, grant.initial_limit_bytes() as u64);
        let part = |percent: u8, bytes: u64| part(bytes, percent);
        let hysteresis = settings.hysteresis_percent;
        let mut tracked = Thresholds::new(
            part(settings.tracked_soft_percent, effective),
            part(settings.tracked_hard_percent, effective),
            part(hysteresis, effective),
        );
        let firm = firm_limit_bytes.min(effective);
        if firm > tracked.soft {
            tracked = tracked.above(firm, full);
        }
        Self {
            effective_bytes: effective,
            full_bytes: full,
            tracked,
            held: Thresholds::new(
                part(settings.held_soft_percent, full),
                part(settings.held_hard_percent, full),
                part(hysteresis, full),
            ),
        }
    }

    /// The most that may be tracked while callers are served that say how much they take, where `overhead_bytes` are held beside.
    pub(super) fn reservable_bytes(&self, overhead_bytes: u64) -> u64 {
        self.effective_bytes.min(self.held.hard.saturating_sub(overhead_bytes))
    }
}

impl Thresholds {
    /// These where `firm` bytes run unthrottled, also after there were more for a while: soft ends right above them, and begins an eighth of the
    /// way from there to the full limit.
    fn above(self, firm: u64, full: u64) -> Self {
        let way = full.saturating_sub(firm);
        let soft_ends = firm.saturating_add(1);
        let hard = self.hard.max(firm.saturating_add(way / 2)).max(soft_ends);
        Self {
            soft: firm.saturating_add(way / 8).max(soft_ends).min(hard),
            soft_ends,
            hard,
            hard_ends: firm.saturating_add(way / 4).max(self.hard_ends).max(soft_ends).min(hard),
        }
    }

    fn new(soft: u64, hard: u64, hysteresis: u64) -> Self {
        Self {
            soft,
            soft_ends: soft.saturating_sub(hysteresis),
            hard,
            hard_ends: hard.saturating_sub(hysteresis),
        }
    }
}

/// The least limit with so much slop that `tracked_bytes` are less than a part of the effective one, and `held_bytes` less than a part of the full
/// one, each with its part in percent.
pub(super) fn enough(
    (tracked_bytes, tracked_percent): (u64, u8),
    (held_bytes, held_percent): (u64, u8),
    slop_factor: f64,
) -> u64 {
    let whole = |bytes: u64, percent: u8| {
        let whole = u128::from(bytes).saturating_mul(100) / u128::from(percent.max(1));
        u64::try_from(whole).unwrap_or(u64::MAX).saturating_add(1)
    };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "advice need not be the least to the byte"
    )]
    let tracked = (whole(tracked_bytes, tracked_percent) as f64 / (1.0 - slop_factor)).ceil() as u64;
    whole(held_bytes, held_percent).max(tracked)
}

/// So many hundredths of `bytes`.
pub(super) fn part(bytes: u64, percent: u8) -> u64 {
    let part = u128::from(bytes).saturating_mul(u128::from(percent)) / 100;
    u64::try_from(part).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(full: usize, slop: f64, firm: u64) -> Limits {
        let grant = MemoryGrant::with_slop_factor(full, slop).expect("a grant");
        Limits::of(grant, firm, &LimiterSettings::default())
    }

    #[test]
    fn what_is_tracked_is_held_against_the_effective_limit_and_all_against_the_full_one() {
        let limits = limits(2000, 0.5, 0);
        assert_eq!((limits.effective_bytes, limits.full_bytes), (1000, 2000));
        assert_eq!(limits.tracked, Thresholds { soft: 800, soft_ends: 750, hard: 950, hard_ends: 900 });
        assert_eq!(limits.held, Thresholds { soft: 1800, soft_ends: 1700, hard: 1940, hard_ends: 1840 });
    }

    #[test]
    fn what_was_verified_runs_unthrottled() {
        let limits = limits(1000, 0.1, 880);
        assert_eq!(limits.tracked, Thresholds { soft: 895, soft_ends: 881, hard: 940, hard_ends: 910 });
    }

    #[test]
    fn what_was_verified_and_is_far_below_changes_nothing() {
        assert_eq!(limits(1000, 0.1, 500), limits(1000, 0.1, 0));
    }

    #[test]
    fn reservations_stay_within_both_limits() {
        let limits = limits(1000, 0.1, 0);
        assert_eq!((limits.reservable_bytes(10), limits.reservable_bytes(200)), (900, 770));
    }
}

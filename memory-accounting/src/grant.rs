//! How many bytes the process may use.

mod cgroup;
mod detect;
mod detection;
mod detector;
mod files;
mod lost_files;

use serde::Serialize;
use thiserror::Error;

pub use self::detect::DetectError;
pub use self::detection::{
    Detection, GroupLimit, LimitSetting, LimitSource, LimitState, LimitedGroup, UnknownReason, UnreadFile,
};
pub(crate) use self::detector::Detector;
pub(crate) use self::lost_files::LostFiles;
use crate::bytes::Bytes;

/// The greatest limit a grant takes: up to here `f64` counts bytes one by one.
pub(crate) const GREATEST_LIMIT: usize = match 1_usize.checked_shl(53) {
    Some(limit) => limit,
    None => usize::MAX,
};

/// A number of bytes the process may use, less a slop factor.
///
/// The slop factor is the part of the limit set aside for what nobody declares: thread stacks, memory mapped by C
/// libraries, fragmentation in the allocator, page tables.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MemoryGrant {
    initial_limit_bytes: usize,
    slop_factor: f64,
    effective_limit_bytes: usize,
}

/// Why a number is not a grant.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The slop factor is not at least 0 and less than 1.
    #[error("slop factor {slop_factor} is not in [0, 1); 0.1 would set aside a tenth of the limit")]
    InvalidSlopFactor {
        /// What was asked for.
        slop_factor: f64,
    },
    /// The limit is above 2^53 bytes (8 PiB).
    #[error("a limit of {limit_bytes} bytes is above 2^53 ({greatest}), the greatest that can be granted", greatest = Bytes(GREATEST_LIMIT))]
    LimitTooLarge {
        /// What was asked for, in bytes.
        limit_bytes: usize,
    },
}

impl MemoryGrant {
    /// A grant of exactly `limit_bytes`. A grant of 0 bytes fits only empty bounds.
    ///
    /// # Errors
    ///
    /// [`GrantError::LimitTooLarge`] above 2^53 bytes.
    pub fn effective(limit_bytes: usize) -> Result<Self, GrantError> {
        Self::with_slop_factor(limit_bytes, 0.0)
    }

    /// A grant of `limit_bytes`, less the part `slop_factor` of it.
    ///
    /// # Errors
    ///
    /// [`GrantError::LimitTooLarge`] above 2^53 bytes, [`GrantError::InvalidSlopFactor`] unless `slop_factor` is
    /// at least 0 and less than 1.
    pub fn with_slop_factor(limit_bytes: usize, slop_factor: f64) -> Result<Self, GrantError> {
        if !(0.0..1.0).contains(&slop_factor) {
            return Err(GrantError::InvalidSlopFactor { slop_factor });
        }
        if limit_bytes > GREATEST_LIMIT {
            return Err(GrantError::LimitTooLarge { limit_bytes });
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a limit up to 2^53 is exact in f64; a part of it is not negative and truncates to bytes"
        )]
        let effective_limit_bytes = (limit_bytes as f64 * (1.0 - slop_factor)) as usize;
        Ok(Self { initial_limit_bytes: limit_bytes, slop_factor, effective_limit_bytes })
    }

    /// The same limit with another slop factor, for a limit that was [detected](Self::detect).
    ///
    /// # Errors
    ///
    /// [`GrantError::InvalidSlopFactor`] unless `slop_factor` is at least 0 and less than 1.
    pub fn with_slop(self, slop_factor: f64) -> Result<Self, GrantError> {
        Self::with_slop_factor(self.initial_limit_bytes, slop_factor)
    }

    /// This grant where the limit is only `limit_bytes`, with the same slop factor.
    pub(crate) fn lowered_to(self, limit_bytes: u64) -> Self {
        let bytes = usize::try_from(limit_bytes).unwrap_or(usize::MAX).min(self.initial_limit_bytes);
        Self::with_slop_factor(bytes, self.slop_factor).unwrap_or(self)
    }

    /// The limit it was made from, in bytes.
    pub fn initial_limit_bytes(&self) -> usize {
        self.initial_limit_bytes
    }

    /// The part of the limit that is set aside, at least 0 and less than 1.
    pub fn slop_factor(&self) -> f64 {
        self.slop_factor
    }

    /// What may be used, in bytes: the limit less the slop, truncated.
    pub fn effective_limit_bytes(&self) -> usize {
        self.effective_limit_bytes
    }
}

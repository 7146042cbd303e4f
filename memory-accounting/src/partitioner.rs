//! Dividing a grant among components.

use std::collections::BTreeMap;

use crate::{MemoryGrant, VerifiedBounds};

/// How a grant is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PartitionMode {
    /// In proportion to the firm limits, so that each component gets at least its own; equally when none
    /// declares any bytes.
    Scaled,
    /// To each the same, whatever it declares.
    AllEqual,
}

/// Divides the memory that bounds were verified against among the direct subcomponents.
///
/// Where there is at least one subcomponent, the shares add up to the whole grant to the byte. What rounding leaves over
/// goes to the largest remainders first (for [`PartitionMode::AllEqual`], to the first names).
#[derive(Clone, Debug)]
pub struct MemoryPartitioner {
    verified: VerifiedBounds,
}

impl MemoryPartitioner {
    /// A partitioner of what `verified` was granted.
    pub fn from_verified_bounds(verified: VerifiedBounds) -> Self {
        Self { verified }
    }

    /// One grant for each direct subcomponent, by name; none when there are no subcomponents.
    pub fn calculate_partitions(&self, mode: PartitionMode) -> BTreeMap<String, MemoryGrant> {
        let subcomponents = self.verified.bounds().subcomponents();
        let (names, mut weights): (Vec<_>, Vec<_>) =
            subcomponents.map(|(name, bounds)| (name, bounds.total_firm_limit_bytes())).unzip();
        if mode == PartitionMode::AllEqual || weights.iter().all(|&weight| weight == 0) {
            weights.fill(1);
        }
        let shares = divide(self.verified.total_available_bytes(), &weights);
        let grant = self.verified.grant();
        names.into_iter().zip(shares).map(|(name, share)| (name.clone(), grant.share(share))).collect()
    }
}

/// Divides `whole` in proportion to `weights`, by the method of largest remainders: the shares add up to `whole`
/// where any weight is positive.
fn divide(whole: usize, weights: &[usize]) -> Vec<usize> {
    let total: u128 = weights.iter().map(|&weight| weight as u128).sum();
    let exact = weights.iter().map(|&weight| (whole as u128).saturating_mul(weight as u128));
    let (mut shares, remainders): (Vec<usize>, Vec<u128>) = exact
        .map(|product| {
            let share = product.checked_div(total).unwrap_or(0);
            (usize::try_from(share).unwrap_or(whole), product.checked_rem(total).unwrap_or(0))
        })
        .unzip();
    let left_over = shares.iter().fold(whole, |rest, &share| rest.saturating_sub(share));
    let mut by_remainder: Vec<_> = shares.iter_mut().zip(remainders).collect();
    by_remainder.sort_by(|(_, a), (_, b)| b.cmp(a));
    for (share, _) in by_remainder.into_iter().take(left_over) {
        *share = share.saturating_add(1);
    }
    shares
}

//! Dividing a grant among components.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::bounds::{ComponentBounds, full_name};
use crate::verifier::VerifiedBounds;

/// How a grant is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PartitionMode {
    /// In proportion to the firm limits; equally where none declares any bytes.
    Scaled,
    /// To each the same, but never less than its own firm limit: what is above the equal share gets its firm limit, and the rest
    /// is divided equally among the others.
    AllEqual,
}

/// Divides the memory that bounds were verified against among the direct subcomponents.
///
/// What the divided component declares itself is [set aside](Self::set_aside_bytes) first. Every share is at least the firm limit
/// that was verified, and where there is at least one subcomponent, the shares and what is set aside add up to the grant, to the
/// byte. What rounding leaves over goes to the largest remainders first (for [`PartitionMode::AllEqual`], to the first names).
#[derive(Clone, Debug)]
pub struct MemoryPartitioner {
    /// Where the divided component is in its tree.
    path: Vec<String>,
    bounds: ComponentBounds,
    available_bytes: usize,
}

impl MemoryPartitioner {
    /// A partitioner of what `verified` was granted.
    pub fn from_verified_bounds(verified: VerifiedBounds) -> Self {
        let available_bytes = verified.total_available_bytes();
        let (path, bounds) = verified.into_parts();
        Self { path, bounds, available_bytes }
    }

    /// A partitioner of `share` among the subcomponents of the component it is for; `None` where that is not a direct
    /// subcomponent of the divided one, or the share is less than its firm limit.
    pub fn of_share(&self, share: &MemoryShare) -> Option<Self> {
        let components = self.bounds.subcomponents();
        let (path, bounds) = components
            .map(|(name, bounds)| (self.path_of(name), bounds))
            .find(|(path, _)| full_name(path) == share.component)?;
        let is_enough = bounds.total_firm_limit_bytes() <= share.bytes;
        is_enough.then(|| Self { path, bounds: bounds.clone(), available_bytes: share.bytes })
    }

    /// The firm limit of the divided component itself, without its subcomponents, in bytes.
    pub fn set_aside_bytes(&self) -> usize {
        self.firm_limits().fold(self.bounds.total_firm_limit_bytes(), usize::saturating_sub)
    }

    /// One share for each direct subcomponent, by its own name; none when there are no subcomponents.
    pub fn calculate_partitions(&self, mode: PartitionMode) -> BTreeMap<String, MemoryShare> {
        let whole = self.available_bytes.saturating_sub(self.set_aside_bytes());
        let firm_limits: Vec<usize> = self.firm_limits().collect();
        let shares = match mode {
            PartitionMode::Scaled => in_proportion(whole, &firm_limits),
            PartitionMode::AllEqual => equally(whole, &firm_limits),
        };
        let names = self.bounds.subcomponents().map(|(name, _)| name);
        let share = |(name, bytes): (&String, usize)| {
            (name.clone(), MemoryShare { component: full_name(&self.path_of(name)), bytes })
        };
        names.zip(shares).map(share).collect()
    }

    /// Those of the direct subcomponents, in the order of their names.
    fn firm_limits(&self) -> impl Iterator<Item = usize> {
        self.bounds.subcomponents().map(|(_, bounds)| bounds.total_firm_limit_bytes())
    }

    fn path_of(&self, name: &str) -> Vec<String> {
        self.path.iter().map(String::as_str).chain([name]).map(str::to_owned).collect()
    }
}

/// What one component may use of a grant that was divided. It has no slop: that was set aside before.
///
/// A share is no [`MemoryGrant`](crate::MemoryGrant), which is for the whole process. A limiter holds the component to it:
/// [`ComponentLimiterBuilder::with_share`](crate::ComponentLimiterBuilder::with_share).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct MemoryShare {
    component: String,
    bytes: usize,
}

impl MemoryShare {
    /// The full name of the component that it is for.
    pub fn component(&self) -> &str {
        &self.component
    }

    /// What the component may use together with everything below it, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Divides `whole` in proportion to `weights`, by the method of largest remainders: the shares add up to `whole`. Where `whole`
/// is at least the sum of the weights, every share is at least its weight.
fn in_proportion(whole: usize, weights: &[usize]) -> Vec<usize> {
    let total: u128 = weights.iter().map(|&weight| weight as u128).sum();
    if total == 0 {
        return equally(whole, weights);
    }
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

/// Divides `whole`, which is at least the sum of `least`, so that all have the same, but none less than its `least`.
fn equally(whole: usize, least: &[usize]) -> Vec<usize> {
    let mut descending = least.to_vec();
    descending.sort_unstable_by(|a, b| b.cmp(a));
    // Who needs more than the equal share of what is left gets just that, which makes the share of the others smaller: so the
    // neediest first, until all who are left have enough with the equal share.
    let (mut rest, mut sharing) = (whole, least.len());
    for &needed in &descending {
        match rest.checked_div(sharing) {
            Some(share) if needed > share => {
                rest = rest.saturating_sub(needed);
                sharing = sharing.saturating_sub(1);
            }
            _ => break,
        }
    }
    let share = rest.checked_div(sharing).unwrap_or(0);
    let mut left_over = rest.checked_rem(sharing).unwrap_or(0);
    let share_of = |&needed: &usize| {
        if needed > share {
            return needed;
        }
        let one_more = usize::from(left_over > 0);
        left_over = left_over.saturating_sub(one_more);
        share.saturating_add(one_more)
    };
    least.iter().map(share_of).collect()
}

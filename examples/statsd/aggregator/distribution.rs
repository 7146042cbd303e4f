//! Timers, histograms and distributions: totals of everything, quantiles of the latest values: those of this flush interval and of
//! the one before, so that a new interval does not start from nothing.

use super::growth::make_room;
use super::metric::add;

/// The quantiles shown, the last being the largest value.
const QUANTILES: [f64; 4] = [0.5, 0.95, 0.99, 1.0];

/// All measurements of one context.
#[derive(Debug, Default)]
pub(super) struct Distribution {
    /// Measurements, sampled ones counted as often as they stand for.
    count: f64,
    sum: f64,
    /// The latest values, overwritten from the oldest once there are as many as allowed.
    latest: Vec<f64>,
    /// The place of the oldest value once the list is full.
    oldest: usize,
    /// How many came in this flush interval.
    fresh: usize,
}

/// A distribution as it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    /// Quantile and value.
    pub(crate) quantiles: [(f64, f64); 4],
}

impl Distribution {
    pub(super) fn record(&mut self, value: f64, weight: f64, sample_limit: usize) {
        self.count = add(self.count, weight);
        self.sum = add(self.sum, value * weight);
        self.fresh = self.fresh.saturating_add(1).min(sample_limit);
        if make_room(&mut self.latest, sample_limit) {
            self.latest.push(value);
        } else if let Some(oldest) = self.latest.get_mut(self.oldest) {
            *oldest = value;
            self.oldest = self.oldest.saturating_add(1);
            if self.oldest >= self.latest.len() {
                self.oldest = 0;
            }
        }
    }

    /// Starts the next flush interval: values from before the one that ends are too old. A list that nobody needs is given back.
    pub(super) fn flush(&mut self) {
        self.latest.rotate_left(self.oldest);
        self.oldest = 0;
        let too_old = self.latest.len().saturating_sub(self.fresh);
        self.latest.drain(..too_old);
        self.fresh = 0;
        if self.latest.is_empty() {
            self.latest = Vec::new();
        }
    }

    /// Keeps the latest values, no more than that, and room for no more.
    pub(super) fn limit(&mut self, sample_limit: usize) {
        self.latest.rotate_left(self.oldest);
        self.oldest = 0;
        let too_many = self.latest.len().saturating_sub(sample_limit);
        self.latest.drain(..too_many);
        self.latest.shrink_to(sample_limit);
        self.fresh = self.fresh.min(sample_limit);
    }

    /// Without values, quantiles are not a number. `sorting` has room for as many values as a distribution keeps.
    pub(super) fn summary(&self, sorting: &mut Vec<f64>) -> Summary {
        sorting.clear();
        sorting.extend_from_slice(&self.latest);
        sorting.sort_unstable_by(f64::total_cmp);
        Summary {
            count: self.count,
            sum: self.sum,
            quantiles: QUANTILES.map(|quantile| (quantile, nearest_rank(sorting, quantile))),
        }
    }
}

/// The smallest value that at least this share of the values does not exceed.
fn nearest_rank(sorted: &[f64], quantile: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the length of a list in memory is exact as a float, and its share is not above it"
    )]
    let rank = (sorted.len() as f64 * quantile).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(values: impl IntoIterator<Item = u32>, sample_limit: usize) -> Summary {
        let mut distribution = Distribution::default();
        for value in values {
            distribution.record(f64::from(value), 1.0, sample_limit);
        }
        assert!(distribution.latest.capacity() <= sample_limit);
        distribution.summary(&mut Vec::new())
    }

    #[test]
    fn quantiles_are_values_that_were_sent() {
        let summary = summary((1..=100).rev(), 100);
        assert_eq!(summary.quantiles, [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0)]);
        assert_eq!((summary.count, summary.sum), (100.0, 5050.0));
    }

    #[test]
    fn only_the_latest_values_make_quantiles() {
        let summary = summary([1000, 1000, 1, 2, 3, 4], 3);
        assert_eq!(summary.quantiles, [(0.5, 3.0), (0.95, 4.0), (0.99, 4.0), (1.0, 4.0)]);
        assert_eq!((summary.count, summary.sum), (6.0, 2010.0));
    }

    #[test]
    fn quantiles_are_of_this_interval_and_the_one_before() {
        let mut distribution = Distribution::default();
        let send = |values: &[u32], distribution: &mut Distribution| {
            for value in values {
                distribution.record(f64::from(*value), 1.0, 4);
            }
        };
        let quantiles = |distribution: &Distribution| {
            distribution.summary(&mut Vec::new()).quantiles.map(|(_, value)| value).to_vec()
        };
        send(&[9, 8, 7, 6, 5], &mut distribution);
        distribution.flush();
        send(&[1], &mut distribution);
        assert_eq!(quantiles(&distribution), [5.0, 7.0, 7.0, 7.0], "the limit still holds");
        distribution.flush();
        assert_eq!(quantiles(&distribution), vec![1.0; 4]);
        send(&[2, 3, 4, 5, 6], &mut distribution);
        distribution.flush();
        assert_eq!(quantiles(&distribution), [4.0, 6.0, 6.0, 6.0]);
        distribution.flush();
        assert!(quantiles(&distribution).iter().all(|value| value.is_nan()));
        assert_eq!((distribution.latest.capacity(), distribution.count), (0, 11.0));
        send(&[3], &mut distribution);
        assert_eq!(quantiles(&distribution), vec![3.0; 4]);
    }

    #[test]
    fn weight_scales_count_and_sum() {
        let mut distribution = Distribution::default();
        distribution.record(5.0, 10.0, 8);
        let summary = distribution.summary(&mut Vec::new());
        assert_eq!((summary.count, summary.sum, summary.quantiles.first()), (10.0, 50.0, Some(&(0.5, 5.0))));
    }
}

//! Many numbers as three.

/// The median of some numbers, and the quartiles around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// As many are below as above.
    pub median: f64,
    /// A quarter is below.
    pub lower_quartile: f64,
    /// A quarter is above.
    pub upper_quartile: f64,
}

impl Spread {
    /// `None` of no numbers.
    #[must_use]
    pub fn of(mut numbers: Vec<f64>) -> Option<Self> {
        numbers.sort_by(f64::total_cmp);
        Some(Self {
            median: quartile(&numbers, 2)?,
            lower_quartile: quartile(&numbers, 1)?,
            upper_quartile: quartile(&numbers, 3)?,
        })
    }
}

/// The number that `quarters` quarters of the sorted `numbers` are below, between two of them where it falls there.
fn quartile(numbers: &[f64], quarters: u8) -> Option<f64> {
    let position = numbers.len().checked_sub(1)? * usize::from(quarters);
    let (index, rest) = (position / 4, position % 4);
    let low = *numbers.get(index)?;
    let high = *numbers.get(index + 1).unwrap_or(&low);
    let weight = [0.0, 0.25, 0.5, 0.75].get(rest)?;
    Some(low + (high - low) * weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_fall_between_numbers() {
        let spread = Spread::of(vec![4.0, 1.0, 2.0, 3.0]);
        let expected = Spread { lower_quartile: 1.75, median: 2.5, upper_quartile: 3.25 };
        assert_eq!(spread, Some(expected));
    }

    #[test]
    fn one_number_is_all_three() {
        let spread = Spread::of(vec![7.0]);
        assert_eq!(spread, Some(Spread { lower_quartile: 7.0, median: 7.0, upper_quartile: 7.0 }));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}

//! When more is declared than was ever needed.

/// The bytes that hold `peak` with a quarter to spare, where `declared` is at least a third more than that: else nothing is worth a word.
/// What was measured is not all there can be, which is what the quarter is for.
pub(crate) fn enough_for(peak: usize, declared: usize) -> Option<usize> {
    let enough = peak.saturating_add(peak.div_ceil(4));
    let unneeded = declared.checked_sub(enough)?;
    (unneeded > 0 && unneeded >= declared.div_ceil(4)).then_some(enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_spared_above_the_peak_and_a_quarter_of_what_is_declared_is_worth_a_word() {
        assert_eq!(enough_for(60, 100), Some(75));
        assert_eq!(enough_for(61, 100), None);
        assert_eq!(enough_for(0, 100), Some(0));
        assert_eq!(enough_for(0, 0), None);
        assert_eq!(enough_for(200, 100), None);
        assert_eq!(enough_for(usize::MAX, usize::MAX), None);
    }
}

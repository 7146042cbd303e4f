//! What was probably meant.

/// The candidate that is most like `written`, if one is like it at all: at most a third of its letters differ, and not all.
pub(crate) fn likely<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (written.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&written.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= allowed && distance < candidate.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour to make `a` from `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before_previous: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    let mut letter_before = None;
    for (row, letter) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&previous, column) + usize::from(letter != other);
            let mut least = changed.min(at(&previous, column + 1) + 1).min(at(&current, column) + 1);
            let swapped =
                column.checked_sub(1).and_then(|before| b.get(before).map(|&letter| (before, letter)));
            if let (Some(letter_before), Some((before, other_before))) = (letter_before, swapped) {
                if letter == other_before && letter_before == other {
                    least = least.min(at(&before_previous, before) + 1);
                }
            }
            current.push(least);
        }
        before_previous = std::mem::replace(&mut previous, current);
        letter_before = Some(letter);
    }
    previous.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_letter_a_swap_and_a_wrong_case_are_likely() {
        let keys = ["per_item", "item_bytes", "bytes"];
        assert_eq!(likely("per_items", keys), Some("per_item"));
        assert_eq!(likely("preitem", keys), Some("per_item"));
        assert_eq!(likely("btyes", keys), Some("bytes"));
        assert_eq!(likely("Bytes", keys), Some("bytes"));
    }

    #[test]
    fn something_else_is_not() {
        assert_eq!(likely("heap", ["per_item", "bytes"]), None);
        assert_eq!(likely("n", ["q", "z"]), None);
    }
}

//! A list that grows as needed, and never beyond its limit.

/// Makes room for one more item where the limit allows it: capacity doubles, and the last step goes to the limit exactly
/// where `Vec` alone would go past it. `false` means the list is full.
pub(super) fn make_room<T>(items: &mut Vec<T>, limit: usize) -> bool {
    if items.len() >= limit {
        return false;
    }
    if items.len() == items.capacity() {
        let capacity = items.len().saturating_mul(2).max(4).min(limit);
        items.reserve_exact(capacity.saturating_sub(items.len()));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_never_passes_the_limit() {
        let mut items: Vec<u64> = Vec::new();
        while make_room(&mut items, 10) {
            items.push(0);
            assert!(items.capacity() <= 10);
        }
        assert_eq!(items.len(), 10);
    }

    #[test]
    fn a_limit_below_the_first_step_holds() {
        let mut items: Vec<u64> = Vec::new();
        assert!(make_room(&mut items, 1));
        assert_eq!(items.capacity(), 1);
    }
}

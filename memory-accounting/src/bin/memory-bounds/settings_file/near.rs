//! Which key was probably meant.

/// The one of `known` that `key` was probably meant to be: with a few letters wrong in its names, or without the tables in front of it.
pub(super) fn near(key: &str, known: &[&str]) -> Option<String> {
    let tables = |known: &str| known.matches('.').count();
    let distances = known.iter().filter_map(|known| Some((distance(key, known)?, tables(known), *known)));
    distances.min().map(|(.., known)| known.to_owned())
}

/// By how many letters `key` is not `known`; `None` where it is most likely something else.
fn distance(key: &str, known: &str) -> Option<usize> {
    let without_tables = || known.strip_suffix(key).is_some_and(|tables| tables.ends_with('.'));
    let (names, of_known): (Vec<&str>, Vec<&str>) = (key.split('.').collect(), known.split('.').collect());
    if names.len() != of_known.len() {
        return without_tables().then_some(0);
    }
    let mut sum = 0_usize;
    for (name, known) in names.iter().zip(of_known) {
        let alike = |name: &str| name.to_lowercase().replace('-', "_");
        let distance = strsim::osa_distance(&alike(name), &alike(known));
        if distance > letters_wrong(known) {
            return None;
        }
        sum = sum.saturating_add(distance);
    }
    Some(sum)
}

/// How many letters may be wrong in a name: of a short one that is soon another.
fn letters_wrong(name: &str) -> usize {
    match name.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_probably_meant_is_found() {
        let known = ["aggregator.context_limit", "aggregator.tag_limit", "max", "source.cache.max_entries"];
        for (key, meant) in [
            ("agregator.context_limit", Some("aggregator.context_limit")),
            ("aggregator.context_limt", Some("aggregator.context_limit")),
            ("aggregator.context-limit", Some("aggregator.context_limit")),
            ("context_limit", Some("aggregator.context_limit")),
            ("cache.max_entries", Some("source.cache.max_entries")),
            ("min", None),
            ("aggregator.flush_seconds", None),
            ("source.address", None),
        ] {
            assert_eq!(near(key, &known).as_deref(), meant, "{key}");
        }
    }
}

//! Where in the operator's file the settings of a component stand.
//!
//! A component declares its settings by their keys in its own table. Which table that is, only its holder knows: each that declares what it
//! holds puts its own key in front of what is known by then, until the outermost has the whole path.

use super::component::ComponentBounds;
use super::entry::BoundsEntry;
use super::held::known_by_the_holder;
use super::times::Times;

impl ComponentBounds {
    /// What stands in the operator's file in front of the keys of this component's settings: the table it is read from, such as `cache`,
    /// `queues[2]` or `sinks.disk.cache`. Empty where nothing does: for the root, for keys that are whole already because of a `prefix`, and for
    /// what was declared by hand under a name that says nothing of the file.
    pub fn place(&self) -> &str {
        // What is in a list that nobody holds stands nowhere that is known.
        if known_by_the_holder(&self.place, "").is_some() { "" } else { &self.place }
    }

    /// Puts this component into the table `key` of its holder, where its own keys begin with `prefix`: what that already says is not said twice.
    pub(super) fn stand_in_table(&mut self, key: &str, prefix: &str) {
        let table = without_prefix(key, prefix);
        let is_whole = self.is_known_by_the_holder() || prefix.is_empty() && self.keys_are_below(key);
        self.place = if is_whole { String::new() } else { table.to_owned() };
        self.stand_below(table);
    }

    /// Puts everything below this component into `table`, where the component stands.
    pub(super) fn stand_below(&mut self, table: &str) {
        for child in self.subcomponents.values_mut() {
            let is_whole =
                child.is_known_by_the_holder() || child.place.is_empty() && child.keys_are_below(table);
            if !is_whole {
                child.place = joined(table, &child.place);
            }
            child.stand_below(table);
        }
    }

    /// Puts what is below this component behind `under`, as its own keys are, where it is flattened into its holder; `key` is that of its
    /// field.
    pub(super) fn stand_beside(&mut self, under: &str, key: &str) {
        for child in self.subcomponents.values_mut() {
            if let Some(place) = known_by_the_holder(&child.place, key) {
                child.place = place;
            } else if !child.is_known_by_the_holder() {
                let place = format!("{under}{}", child.place);
                place.trim_end_matches('.').clone_into(&mut child.place);
            }
            child.stand_beside(under, key);
        }
    }

    /// Whether it has the settings of a newtype, whose key is that of the field that holds it: the table is in it.
    fn is_known_by_the_holder(&self) -> bool {
        let mut is_known = false;
        self.visit_own_keys(&mut |key| is_known |= known_by_the_holder(key, "").is_some());
        is_known
    }

    /// Whether it has settings, and the keys of all say that they are in `table`, as somebody may write them by hand.
    fn keys_are_below(&self, table: &str) -> bool {
        let (mut any, mut all) = (false, true);
        self.visit_own_keys(&mut |key| {
            any = true;
            all &= key.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
        });
        any && all
    }

    /// Calls `visit` with the keys of the settings that it declared itself.
    fn visit_own_keys(&self, visit: &mut impl FnMut(&str)) {
        let of_entries = self.entries().flat_map(BoundsEntry::times);
        let factors = of_entries.chain(self.own_times()).filter(|times| times.declared_above() == 0);
        let exprs = self.entries().map(BoundsEntry::expr).chain(factors.map(Times::expr));
        for expr in exprs {
            expr.visit_settings(&mut |key, _| {
                if !key.is_empty() {
                    visit(key);
                }
            });
        }
    }
}

/// The key of a setting from the root of the operator's file, where `place` stands in front of it.
pub(crate) fn in_file(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

/// What of `key` is left where what it holds begins with `prefix` anyway.
fn without_prefix<'a>(key: &'a str, prefix: &str) -> &'a str {
    let Some(table) = prefix.strip_suffix('.') else { return key };
    match key.strip_suffix(table) {
        Some("") => "",
        Some(before) => before.strip_suffix('.').unwrap_or(key),
        None => key,
    }
}

/// What stands at `place` of `table`.
fn joined(table: &str, place: &str) -> String {
    if let Some(known) = known_by_the_holder(place, table) {
        // In a table without a name.
        return known.trim_start_matches('.').to_owned();
    }
    let dot = if table.is_empty() || place.is_empty() || place.starts_with('[') { "" } else { "." };
    format!("{table}{dot}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_says_the_table_is_not_said_twice() {
        for (key, prefix, left) in [
            ("cache", "cache.", ""),
            ("a.cache", "cache.", "a"),
            ("my_cache", "cache.", "my_cache"),
            ("cache", "cache_", "cache"),
            ("cache", "", "cache"),
            ("a.b", "a.b.", ""),
        ] {
            assert_eq!(without_prefix(key, prefix), left, "{key} {prefix}");
        }
    }

    #[test]
    fn places_are_joined_as_keys_are() {
        for (table, place, whole) in [
            ("a", "b", "a.b"),
            ("", "b", "b"),
            ("a", "", "a"),
            ("a", "[0].b", "a[0].b"),
            ("a", "self[1].c", "a[1].c"),
            ("a", "self", "a"),
            ("", "self.b", "b"),
        ] {
            assert_eq!(joined(table, place), whole);
        }
    }
}

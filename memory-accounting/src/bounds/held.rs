//! A component as it is known by whoever holds it.

use super::component::ComponentBounds;
use super::names::quoted;
use super::{MemoryBounds, MemoryBoundsBuilder};
use crate::expr::{Leaf, UsageExpr};

/// What the derive calls a setting that has no key of its own, and its entry: that of a newtype. No field can be called so.
const OF_THE_HOLDER: &str = "self";

/// What the derive calls the owner of what is skipped in it.
const WHAT_IS_IN_IT: &str = "its ";

/// A component in a field, whose settings stand in the operator's file where the field does.
pub(crate) struct Held<'a, T: ?Sized> {
    pub(crate) standing: Standing<'a>,
    /// The key of the field, for settings that have none of their own.
    pub(crate) key: &'a str,
    pub(crate) component: &'a T,
}

/// Where what is held stands in the file, beside what its holder has there.
#[derive(Clone, Copy)]
pub(crate) enum Standing<'a> {
    /// In a table of its own, that of the field.
    InTable,
    /// Among what its holder declares itself, with this in front of its keys.
    Beside(&'a str),
}

impl<T: MemoryBounds + ?Sized> MemoryBounds for Held<'_, T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let Self { standing, key, component } = self;
        let mut declared = MemoryBoundsBuilder::part(*component);
        let prefix = std::mem::take(&mut declared.prefix);
        // What a newtype is known by tells it apart, so before it gets the key of the field.
        let under = match standing {
            Standing::InTable => {
                declared.stand_in_table(key, &prefix);
                ""
            }
            Standing::Beside(under) => {
                declared.stand_beside(under, key);
                under
            }
        };
        declared.know_under(under, key, 0);
        declared.nest_under(under);
        declared.hand_down_times();
        builder.add(declared);
    }
}

impl ComponentBounds {
    /// Puts `under` in front of the keys of what the component declared that is `depth` above this one. Those of its subcomponents are
    /// known by the subcomponent.
    fn know_under(&mut self, under: &str, key: &str, depth: usize) {
        let rename = |declared_at: usize, expr: &mut UsageExpr| {
            expr.rename_leaves(&mut |leaf, name| {
                if let Some(known) = known_by_the_holder(name, key) {
                    *name = known;
                } else if leaf == Leaf::Setting && declared_at == 0 && !name.is_empty() {
                    name.insert_str(0, under);
                }
            });
        };
        for entry in self.minimum.iter_mut().chain(&mut self.firm) {
            if let Some(known) = entry.label.as_deref().and_then(|label| known_by_the_holder(label, key)) {
                entry.label = Some(known);
            }
            rename(depth, &mut entry.expr);
            if let Some(holds) = &mut entry.holds {
                holds.parts_mut().for_each(|part| rename(depth, part));
            }
            for times in &mut entry.times {
                rename(depth.saturating_sub(times.declared_above), &mut times.expr);
            }
        }
        for (key_inside, range) in std::mem::take(&mut self.ranges) {
            let mut expr = UsageExpr::unlimited(key_inside);
            rename(depth, &mut expr);
            expr.visit_settings(&mut |known, _| self.limit_setting(known.to_owned(), range));
        }
        for skipped in &mut self.skipped {
            if skipped.name == OF_THE_HOLDER {
                key.clone_into(&mut skipped.name);
            } else if let Some(what) = skipped.name.strip_prefix(WHAT_IS_IN_IT) {
                skipped.name = format!("{key} {what}");
            }
        }
        for unset in &mut self.unset {
            if let Some(known) = known_by_the_holder(unset, key) {
                *unset = known;
            } else if depth == 0 {
                unset.insert_str(0, under);
            }
        }
        for times in &mut self.own_times {
            rename(depth.saturating_sub(times.declared_above), &mut times.expr);
        }
        for child in self.subcomponents.values_mut() {
            child.know_under(under, key, depth.saturating_add(1));
        }
    }

    /// Moves the subcomponents to where they stand in the operator's file, if everything of this component stands there `under` some
    /// key, or behind a prefix. What is flattened of a list or map is its items, which stay.
    fn nest_under(&mut self, under: &str) {
        let (path, prefix) = under.rsplit_once('.').unwrap_or(("", under));
        let path: Vec<String> = path.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if path.is_empty() && prefix.is_empty() {
            return;
        }
        for (name, mut child) in std::mem::take(&mut self.subcomponents) {
            if child.is_item {
                self.subcomponents.insert(name, child);
                continue;
            }
            child.put_lower(path.len(), 1);
            self.get_or_create(&path).get_or_create(&[format!("{prefix}{name}")]).merge(child);
        }
    }

    /// Notes at the factors of what is `depth` below a component that it is lower by so many, if they were declared there or above.
    fn put_lower(&mut self, by: usize, depth: usize) {
        let Self { minimum, firm, own_times, subcomponents, .. } = self;
        let of_entries = minimum.iter_mut().chain(firm).flat_map(|entry| &mut entry.times);
        for times in of_entries.chain(own_times).filter(|times| times.declared_above >= depth) {
            times.declared_above = times.declared_above.saturating_add(by);
        }
        for child in subcomponents.values_mut() {
            child.put_lower(by, depth.saturating_add(1));
        }
    }
}

/// The name of what has no key of its own, or is in a list or map that has none, where its holder has `key`.
pub(super) fn known_by_the_holder(name: &str, key: &str) -> Option<String> {
    let within = name.strip_prefix(OF_THE_HOLDER)?;
    (within.is_empty() || within.starts_with(['.', '['])).then(|| format!("{key}{within}"))
}

/// What the derive calls the item of a list at `index`, if that is a newtype: in the file it is `list[2]`.
pub(super) fn item_of_the_holder(index: usize) -> String {
    format!("{OF_THE_HOLDER}[{index}]")
}

/// The same of the value of a map, which is `map.key` in the file.
pub(super) fn value_of_the_holder(key: &str) -> String {
    format!("{OF_THE_HOLDER}.{}", quoted(key))
}

/// Components under names of their own; a dot in a name does not nest.
pub(crate) struct NamedItems<'a, T> {
    /// Whether the names are the keys of a map.
    pub(crate) keyed: bool,
    pub(crate) items: Vec<(String, &'a T)>,
}

impl<T: MemoryBounds> MemoryBounds for NamedItems<'_, T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        for (index, (name, component)) in self.items.iter().enumerate() {
            let key = if self.keyed { value_of_the_holder(name) } else { item_of_the_holder(index) };
            builder.with_item(name.clone(), &key, *component);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Worker;

    impl MemoryBounds for Worker {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            builder.firm().with_expr(UsageExpr::config("self", 5));
            builder.firm().with_container::<Vec<u64>>("queue", UsageExpr::config("depth", 3));
        }
    }

    struct Pool;

    impl MemoryBounds for Pool {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            let workers = UsageExpr::config("workers", 2);
            builder.with_repeated(&workers, &Worker);
            builder.with_repeated_subcomponent("a.b", &workers, &Worker);
        }
    }

    #[test]
    fn a_factor_is_known_with_the_settings_of_who_declared_it() {
        let held =
            ComponentBounds::of(&Held { standing: Standing::Beside("pool."), key: "pool", component: &Pool });
        let factor = |path: &[&str]| {
            let component = held.find(&path.join(".")).unwrap();
            component.times().map(|times| times.expr().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(factor(&["pool", "a", "b"]), ["pool.workers=2"]);
        assert_eq!(factor(&["pool", "a"]), [""; 0]);
        let own = &held.firm_entries()[1];
        assert_eq!(own.times()[0].expr().to_string(), "pool.workers=2");
        assert_eq!(own.expr().to_string(), "size(queue)=8 * pool.depth=3");
        assert!(held.to_string().contains("pool.depth"), "{held}");
        let below = held.find("pool.a.b").unwrap().firm_entries();
        assert_eq!(below[0].expr().to_string(), "pool=5");
        assert_eq!(below[1].expr().to_string(), "size(queue)=8 * depth=3");
    }
}

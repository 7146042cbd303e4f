//! A component as it is known by whoever holds it.

use super::component::ComponentBounds;
use super::{MemoryBounds, MemoryBoundsBuilder};
use crate::expr::{Leaf, UsageExpr};

/// What the derive calls a setting that has no key of its own, and its entry: that of a newtype. No field can be called so.
const OF_THE_HOLDER: &str = "self";

/// What the derive calls the owner of what is skipped in it.
const WHAT_IS_IN_IT: &str = "its ";

/// A component in a field, whose settings stand in the operator's file where the field does.
pub(crate) struct Held<'a, T: ?Sized> {
    /// What stands in front of the keys of its own level.
    pub(crate) under: &'a str,
    /// The key of the field, for settings that have none of their own.
    pub(crate) key: &'a str,
    pub(crate) component: &'a T,
}

impl<T: MemoryBounds + ?Sized> MemoryBounds for Held<'_, T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let Self { under, key, component } = self;
        let mut declared = MemoryBoundsBuilder::part(*component);
        declared.know_under(under, key, 0);
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
                if name == OF_THE_HOLDER {
                    key.clone_into(name);
                } else if leaf == Leaf::Setting && declared_at == 0 && !name.is_empty() {
                    name.insert_str(0, under);
                }
            });
        };
        for entry in self.minimum.iter_mut().chain(&mut self.firm) {
            for label in entry.label.iter_mut().filter(|label| *label == OF_THE_HOLDER) {
                key.clone_into(label);
            }
            rename(depth, &mut entry.expr);
            if let Some(holds) = &mut entry.holds {
                holds.parts_mut().for_each(|part| rename(depth, part));
            }
            for times in &mut entry.times {
                rename(depth.saturating_sub(times.declared_above), &mut times.expr);
            }
        }
        for skipped in &mut self.skipped {
            if skipped.name == OF_THE_HOLDER {
                key.clone_into(&mut skipped.name);
            } else if let Some(what) = skipped.name.strip_prefix(WHAT_IS_IN_IT) {
                skipped.name = format!("{key} {what}");
            }
        }
        for times in &mut self.own_times {
            rename(depth.saturating_sub(times.declared_above), &mut times.expr);
        }
        for child in self.subcomponents.values_mut() {
            child.know_under(under, key, depth.saturating_add(1));
        }
    }
}

/// Components under names of their own; a dot in a name does not nest.
pub(crate) struct NamedItems<'a, T>(pub(crate) Vec<(String, &'a T)>);

impl<T: MemoryBounds> MemoryBounds for NamedItems<'_, T> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        for (name, component) in &self.0 {
            builder.with_keyed_subcomponent(name.clone(), *component);
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
        let held = ComponentBounds::of(&Held { under: "pool.", key: "pool", component: &Pool });
        let factor = |path: &[&str]| {
            let component = held.find(&path.join(".")).unwrap();
            component.times().map(|times| times.expr().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(factor(&["a", "b"]), ["pool.workers=2"]);
        assert_eq!(factor(&["a"]), [""; 0]);
        let own = &held.firm_entries()[1];
        assert_eq!(own.times()[0].expr().to_string(), "pool.workers=2");
        assert_eq!(own.expr().to_string(), "size(queue)=8 * pool.depth=3");
        assert!(held.to_string().contains("pool.depth"), "{held}");
        let below = held.find("a.b").unwrap().firm_entries();
        assert_eq!(below[0].expr().to_string(), "pool=5");
        assert_eq!(below[1].expr().to_string(), "size(queue)=8 * depth=3");
    }
}

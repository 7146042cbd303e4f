//! Other values for the settings of a whole tree.

use super::component::ComponentBounds;
use super::entry::Holds;

/// What the setting of a component, by the path of that component, its key and its present value, is to be. `None` is the value of one that
/// is not limited.
type NewValue<'a> = &'a mut dyn FnMut(&[String], &str, Option<usize>) -> Option<usize>;

impl ComponentBounds {
    /// Gives every setting the value that `value` says. A setting in a factor belongs to the component that declared the factor.
    pub(crate) fn change_settings(&mut self, value: NewValue<'_>) {
        let mut changed = Vec::new();
        let value: NewValue<'_> = &mut |path, key, present| {
            let other = value(path, key, present);
            if other != present {
                changed.push((path.to_vec(), key.to_owned()));
            }
            other
        };
        // Declared above the root, where these are a part of a larger tree: they count as the root's.
        for times in &mut self.inherited_times {
            times.expr.change_settings(&mut |key, present| value(&[], key, present));
        }
        self.change_settings_below(&mut Vec::new(), value);
        self.hand_down_times();
        for (path, key) in changed {
            self.get_or_create(&path).unset.retain(|unset| *unset != key);
        }
    }

    fn change_settings_below(&mut self, path: &mut Vec<String>, value: NewValue<'_>) {
        let entries = self.minimum.iter_mut().chain(&mut self.firm);
        let mut factors: Vec<_> = self.own_times.iter_mut().collect();
        for entry in entries {
            let holds = entry.holds.iter_mut().flat_map(Holds::parts_mut);
            for expr in std::iter::once(&mut entry.expr).chain(holds) {
                expr.change_settings(&mut |key, present| value(path, key, present));
            }
            factors.extend(&mut entry.times);
        }
        for times in factors {
            let declared_by = times.declared_by(path.as_slice());
            times.expr.change_settings(&mut |key, present| value(declared_by, key, present));
        }
        for (name, child) in &mut self.subcomponents {
            path.push(name.clone());
            child.change_settings_below(path, value);
            path.pop();
        }
    }
}

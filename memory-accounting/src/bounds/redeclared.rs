//! A component that is declared anew, in the place of what it declared before.

use std::collections::BTreeMap;

use super::component::ComponentBounds;

impl ComponentBounds {
    /// Notes of everything below this component that it came with the declaration of this one.
    pub(super) fn mark_parts(&mut self) {
        for child in self.subcomponents.values_mut() {
            child.is_part = true;
            child.mark_parts();
        }
    }

    /// Whether nothing was declared at this component itself.
    pub(super) fn is_undeclared(&self) -> bool {
        let Self { minimum, firm, skipped, declarations, .. } = self;
        *declarations == 0 && minimum.is_empty() && firm.is_empty() && skipped.is_empty()
    }

    /// Puts what is `declared` in the place of what this component declared before, and of the parts that came with that. How many
    /// there are of it stays as it is, for that was said above it, and so does what was declared below it on its own: a name that is
    /// `declared` as well is then declared twice.
    pub(crate) fn redeclare(&mut self, declared: Self) {
        let mut before = std::mem::replace(self, declared);
        self.is_part = before.is_part;
        self.misnamed = before.misnamed;
        self.inherited_times = std::mem::take(&mut before.inherited_times);
        self.own_times = std::mem::take(&mut before.own_times);
        self.hand_down_times();
        if self.place.is_empty() {
            self.place = std::mem::take(&mut before.place);
            let table = self.place.clone();
            self.stand_below(&table);
        }
        for (name, child) in before.subcomponents {
            if let Some(kept) = child.without_parts() {
                self.child(name).merge(kept);
            }
        }
        self.hand_down_times();
    }

    /// What of this component, which is below one that is declared anew, was declared on its own; `None` for nothing.
    fn without_parts(mut self) -> Option<Self> {
        if !self.is_part {
            return Some(self);
        }
        let below = std::mem::take(&mut self.subcomponents);
        let kept = below.into_iter().filter_map(|(name, child)| Some((name, child.without_parts()?)));
        let subcomponents: BTreeMap<_, _> = kept.collect();
        (!subcomponents.is_empty()).then(|| Self { subcomponents, ..Self::default() })
    }
}

//! The bounds of one component and everything below it.

use std::collections::BTreeMap;

use super::entry::{BoundsEntry, SkippedField};
use super::names::{NameError, parse_full_name};
use super::ranges::SettingRanges;
use super::shared::SharedPointer;
use super::times::{Times, one_below};
use super::{MemoryBounds, MemoryBoundsBuilder};
use crate::expr::arithmetic::{checked_product, checked_sum};

/// The bounds that a component and its subcomponents declared.
///
/// [`Display`](std::fmt::Display) prints them as a tree, one short line for each entry; `{:#}` prints all of its arithmetic. As
/// JSON they are a map of all components by full name, which comes back as it was. Two are equal when the same is declared in
/// them, however often, and whichever values their settings take.
#[derive(Clone, Debug, Default)]
pub struct ComponentBounds {
    pub(super) minimum: Vec<BoundsEntry>,
    pub(super) firm: Vec<BoundsEntry>,
    pub(super) skipped: Vec<SkippedField>,
    /// Of the settings it declared.
    pub(super) ranges: SettingRanges,
    /// Those of the components it lies in, as they stand here, so that it can be read by itself.
    pub(super) inherited_times: Vec<Times>,
    pub(super) own_times: Vec<Times>,
    pub(super) subcomponents: BTreeMap<String, ComponentBounds>,
    /// How many whole declarations this component has received since it was last reset.
    pub(super) declarations: usize,
    /// Whether it came with the declaration of a component above.
    pub(super) is_part: bool,
    /// Whether it is called by a text that is no name.
    pub(super) misnamed: bool,
    /// Whether it is an item of a list or map.
    pub(super) is_item: bool,
    /// What stands in the operator's file in front of its keys.
    pub(super) place: String,
    /// What its own keys begin with, until its holder knows where it stands.
    pub(super) prefix: String,
    /// The keys of settings that are absent in the operator's file.
    pub(super) unset: Vec<String>,
    /// What it declared through pointers that others may have as well.
    pub(super) pointers: Vec<SharedPointer>,
    /// The full name of another component that declared something through one of them.
    pub(super) shared_with: Option<String>,
}

impl PartialEq for ComponentBounds {
    fn eq(&self, other: &Self) -> bool {
        let Self { minimum, firm, skipped, subcomponents, misnamed, .. } = self;
        *minimum == other.minimum
            && *firm == other.firm
            && *skipped == other.skipped
            && self.times().eq(other.times())
            && *subcomponents == other.subcomponents
            && *misnamed == other.misnamed
    }
}

impl Eq for ComponentBounds {}

impl ComponentBounds {
    // Stands here and not beside the builder, so that it is `ComponentBounds::of` in what the compiler says about it.
    /// The bounds of one component, declared as the root, without a registry.
    pub fn of(component: &(impl MemoryBounds + ?Sized)) -> Self {
        Self { declarations: 1, ..MemoryBoundsBuilder::part(component) }
    }

    /// The bytes this component and everything below it need up front; `usize::MAX` where that is
    /// unbounded.
    pub fn total_minimum_required_bytes(&self) -> usize {
        self.checked_minimum().unwrap_or(usize::MAX)
    }

    /// The most bytes this component and everything below it may use, the minimum included; `usize::MAX` where
    /// that is unbounded.
    pub fn total_firm_limit_bytes(&self) -> usize {
        self.checked_firm_limit().unwrap_or(usize::MAX)
    }

    /// The direct subcomponents, in the order of their names, which stand here without quotes.
    pub fn subcomponents(&self) -> impl Iterator<Item = (&String, &ComponentBounds)> {
        self.subcomponents.iter()
    }

    /// The component with this full name, where this one is the root: names joined by dots, one that holds a dot itself in
    /// quotes. An empty name is this component, and so is `root`.
    pub fn find(&self, full_name: &str) -> Option<&ComponentBounds> {
        self.get(&parse_full_name(full_name).ok()?)
    }

    /// What this component itself declared as its minimum, in that order.
    pub fn minimum_entries(&self) -> &[BoundsEntry] {
        &self.minimum
    }

    /// What this component itself declared on top of its minimum, in that order.
    pub fn firm_entries(&self) -> &[BoundsEntry] {
        &self.firm
    }

    /// Both, the minimum first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &BoundsEntry> {
        self.minimum.iter().chain(&self.firm)
    }

    /// The fields this component itself declared to count nothing.
    pub fn skipped(&self) -> &[SkippedField] {
        &self.skipped
    }

    /// Calls `visit` with the path from here and the bounds of this component and of everything below it, in the
    /// order of [`to_exprs`](Self::to_exprs).
    pub(crate) fn visit<'a>(&'a self, visit: &mut impl FnMut(&[String], &'a ComponentBounds)) {
        self.visit_below(&mut Vec::new(), visit);
    }

    fn visit_below<'a>(
        &'a self,
        path: &mut Vec<String>,
        visit: &mut impl FnMut(&[String], &'a ComponentBounds),
    ) {
        visit(path, self);
        for (child, bounds) in &self.subcomponents {
            path.push(child.clone());
            bounds.visit_below(path, visit);
            path.pop();
        }
    }

    /// The minimum with everything below it, or `None` where that is unbounded.
    pub(crate) fn checked_minimum(&self) -> Option<usize> {
        let below = self.subcomponents.values().map(Self::checked_minimum);
        below.fold(self.checked_own_minimum(), checked_sum)
    }

    /// The firm limit with everything below it, or `None` where that is unbounded.
    pub(crate) fn checked_firm_limit(&self) -> Option<usize> {
        let below = self.subcomponents.values().map(Self::checked_firm_limit);
        below.fold(self.checked_own_firm_limit(), checked_sum)
    }

    /// This component's own minimum, or `None` where that is unbounded.
    pub(crate) fn checked_own_minimum(&self) -> Option<usize> {
        checked_product(self.checked_times(), checked_bytes(&self.minimum))
    }

    /// This component's own minimum and firm bytes, or `None` where that is unbounded.
    pub(crate) fn checked_own_firm_limit(&self) -> Option<usize> {
        let firm = checked_product(self.checked_times(), checked_bytes(&self.firm));
        checked_sum(self.checked_own_minimum(), firm)
    }

    /// How many whole declarations this component holds; more than one is a mistake that verification refuses.
    pub(crate) fn declarations(&self) -> usize {
        self.declarations
    }

    /// Whether this component is called by a text that is no name; a mistake that verification refuses.
    pub(crate) fn is_misnamed(&self) -> bool {
        self.misnamed
    }

    /// Forgets everything, also how often it was declared and how many it stands for.
    pub(super) fn reset(&mut self) {
        let inherited_times = std::mem::take(&mut self.inherited_times);
        *self = Self { misnamed: self.misnamed, inherited_times, ..Self::default() };
    }

    /// Creates the component at `path`, which was read from `name`, and returns its path. A text that is no name makes a
    /// component that is called just so: what is declared there counts, and verification refuses it.
    pub(crate) fn create(&mut self, name: &str, path: Result<Vec<String>, NameError>) -> Vec<String> {
        let misnamed = path.is_err();
        let path = path.unwrap_or_else(|_| vec![name.to_owned()]);
        self.create_called(&path, misnamed);
        path
    }

    /// Creates the component at `path`, whose last name is none where it is `misnamed`.
    pub(crate) fn create_called(&mut self, path: &[String], misnamed: bool) {
        self.get_or_create(path).misnamed |= misnamed;
    }

    /// The component at `path`, created where it does not exist.
    pub(crate) fn get_or_create(&mut self, path: &[String]) -> &mut Self {
        path.iter().fold(self, |bounds, name| bounds.child(name.clone()))
    }

    /// The direct subcomponent called `name`, created where it does not exist.
    pub(super) fn child(&mut self, name: String) -> &mut Self {
        let Self { inherited_times, own_times, subcomponents, .. } = self;
        subcomponents.entry(name).or_insert_with(|| Self {
            inherited_times: one_below(inherited_times.iter().chain(own_times.iter())),
            ..Self::default()
        })
    }

    /// The component at `path`.
    pub(crate) fn get(&self, path: &[String]) -> Option<&Self> {
        path.iter().try_fold(self, |bounds, name| bounds.subcomponents.get(name))
    }

    /// Takes the component at `path` out of the tree, with everything below it.
    pub(crate) fn take(&mut self, path: &[String]) -> Option<Self> {
        let (name, parents) = path.split_last()?;
        let parent = parents.iter().try_fold(self, |bounds, name| bounds.subcomponents.get_mut(name))?;
        parent.subcomponents.remove(name)
    }

    /// Adds everything `other` holds to this component; what both declare counts as declared twice.
    pub(super) fn merge(&mut self, other: Self) {
        // Where nothing was declared, it is what the other is.
        self.is_part = match (self.is_part, other.is_part) {
            (true, false) => other.is_undeclared(),
            (false, true) => self.is_undeclared(),
            (own, _) => own,
        };
        // What verification refuses because it is declared twice is not multiplied twice too.
        if self.declarations == 0 || self.own_times != other.own_times {
            let changed = !other.own_times.is_empty();
            self.own_times.extend(other.own_times);
            if changed {
                self.hand_down_times();
            }
        }
        let by_hand = !self.minimum.is_empty() || !self.firm.is_empty();
        if by_hand && other.declarations > 0 {
            // Entries that were added by hand are a declaration too, once another one comes.
            self.declarations = self.declarations.max(1);
        }
        self.declarations = self.declarations.saturating_add(other.declarations);
        self.misnamed |= other.misnamed;
        self.is_item |= other.is_item;
        self.pointers.extend(other.pointers);
        self.shared_with = self.shared_with.take().or(other.shared_with);
        if self.place.is_empty() {
            self.place = other.place;
        }
        self.unset.extend(other.unset);
        self.minimum.extend(other.minimum);
        self.firm.extend(other.firm);
        self.skipped.extend(other.skipped);
        self.limit_settings(other.ranges);
        for (name, child) in other.subcomponents {
            self.child(name).merge(child);
        }
    }
}

/// The bytes of all `entries`, in one of their component; `None` where that is unbounded.
fn checked_bytes(entries: &[BoundsEntry]) -> Option<usize> {
    entries.iter().map(BoundsEntry::checked_bytes).fold(Some(0), checked_sum)
}

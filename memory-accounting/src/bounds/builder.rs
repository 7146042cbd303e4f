//! How a component adds what it needs.

use super::MemoryBounds;
use super::component::ComponentBounds;
use super::entries::{BoundsBuilder, Kind};
use super::entry::{Holds, SkippedField};
use super::held::{Held, Standing};
use super::names::parse_name;
use super::shared::SharedPointer;
use super::staying;
use super::target::{SharedTree, Target};
use super::times::Times;
use super::unset;
use crate::container::Container;
use crate::expr::{SettingRange, UsageExpr};

/// Collects what one component declares.
///
/// What a component declares in its [`specify_bounds`](MemoryBounds::specify_bounds) goes to a tree of its own, which is added
/// to the whole when that returns: no lock is held while it runs, and a panic in it leaves nothing behind. What is added to
/// the builder of a registry directly is seen at once by everything that reads the same tree.
#[derive(Debug)]
pub struct MemoryBoundsBuilder<'a> {
    target: Target<'a>,
}

impl<'a> MemoryBoundsBuilder<'a> {
    /// A builder for the component at `path` of a tree that others see.
    pub(crate) fn for_component(tree: &'a dyn SharedTree, path: Vec<String>) -> Self {
        Self { target: Target::Shared { tree, path } }
    }

    /// What `component` declares, on the level of the component it is a part of.
    pub(crate) fn part(component: &(impl MemoryBounds + ?Sized)) -> ComponentBounds {
        let mut bounds = ComponentBounds::default();
        let mut builder = MemoryBoundsBuilder { target: Target::Own(&mut bounds) };
        let unset = unset::during(|| staying::during(component, || component.specify_bounds(&mut builder)));
        bounds.unset.extend(unset);
        bounds.mark_parts();
        bounds
    }
}

impl MemoryBoundsBuilder<'_> {
    /// The bytes the component needs to work at all: what it allocates up front.
    pub fn minimum(&mut self) -> BoundsBuilder<'_> {
        BoundsBuilder::new(self.target.reborrow(), Kind::Minimum)
    }

    /// The bytes the component may use on top of its minimum, whatever the workload.
    pub fn firm(&mut self) -> BoundsBuilder<'_> {
        BoundsBuilder::new(self.target.reborrow(), Kind::Firm)
    }

    /// A container of type `C` whose storage for `items` is allocated up front and that never holds more: what is allocated
    /// at creation goes to the minimum, and what the bound is above that to firm, where the two differ.
    ///
    /// It is what the derive's `minimum` does beside `per_item`. A hash table takes more than at creation when items are
    /// removed and others come, a vector does not:
    ///
    /// ```
    /// use std::collections::HashMap;
    ///
    /// use memory_accounting::{ComponentBounds, Container, MemoryBounds, MemoryBoundsBuilder, UsageExpr};
    ///
    /// struct Resolver { cache_entries: usize }
    ///
    /// impl MemoryBounds for Resolver {
    ///     fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
    ///         let entries = || UsageExpr::config("cache_entries", self.cache_entries);
    ///         builder
    ///             .with_preallocated_container::<HashMap<u64, u64>>("cache", entries())
    ///             .with_preallocated_container::<Vec<u64>>("order", entries());
    ///     }
    /// }
    ///
    /// let bounds = ComponentBounds::of(&Resolver { cache_entries: 100 });
    /// let entries = UsageExpr::config("cache_entries", 100);
    /// let allocated = HashMap::<u64, u64>::allocated("cache", &entries).evaluate();
    /// let bounded = HashMap::<u64, u64>::bounded("cache", &entries).evaluate();
    /// assert_eq!(bounds.total_minimum_required_bytes(), allocated + 800);
    /// assert_eq!(bounds.total_firm_limit_bytes(), bounded + 800);
    /// ```
    #[expect(clippy::needless_pass_by_value, reason = "as every other amount, the expression is handed over")]
    pub fn with_preallocated_container<C: Container>(
        &mut self,
        name: impl Into<String>,
        items: UsageExpr,
    ) -> &mut Self {
        let name = name.into();
        let (allocated, bounded) = (C::allocated(&name, &items), C::bounded(&name, &items));
        self.with_preallocated(&name, allocated, bounded, Holds::items(&items));
        self
    }

    /// Adds `allocated` to the minimum and what `bounded` is above that to firm, if there is anything.
    pub(crate) fn with_preallocated(
        &mut self,
        label: &str,
        allocated: UsageExpr,
        bounded: UsageExpr,
        holds: Holds,
    ) {
        if let Some(rest) = self.preallocate(label, allocated, bounded, holds.clone()) {
            self.firm().with_container_expr(label, rest, holds);
        }
    }

    /// Adds `allocated` to the minimum and returns what `bounded` is above that.
    pub(crate) fn preallocate(
        &mut self,
        label: &str,
        allocated: UsageExpr,
        bounded: UsageExpr,
        holds: Holds,
    ) -> Option<UsageExpr> {
        let rest = (allocated != bounded).then(|| UsageExpr::difference(bounded, allocated.clone()));
        self.minimum().with_container_expr(label, allocated, holds);
        rest
    }

    /// A builder for the subcomponent `name`, created where it does not exist; dots in the name nest, and a name that holds
    /// a dot itself is written in quotes.
    ///
    /// A text that is no name (see [`NameError`](super::NameError)) makes one subcomponent that is called just so, which
    /// verification refuses.
    pub fn subcomponent(&mut self, name: impl AsRef<str>) -> MemoryBoundsBuilder<'_> {
        let path = self.create(name.as_ref());
        MemoryBoundsBuilder { target: self.target.below(path) }
    }

    /// Declares `component` as the subcomponent `name`.
    ///
    /// If that one already carries bounds, verification will refuse it, unless it is [`reset`](Self::reset)
    /// in between.
    pub fn with_subcomponent(
        &mut self,
        name: impl AsRef<str>,
        component: &(impl MemoryBounds + ?Sized),
    ) -> &mut Self {
        let declared = ComponentBounds::of(component);
        self.subcomponent(name).add(declared);
        self
    }

    /// Declares `component`, one of several, as the subcomponent called exactly `name`, dots and all. A setting in it that has no key of
    /// its own has `key`.
    pub(super) fn with_item(
        &mut self,
        name: String,
        key: &str,
        component: &(impl MemoryBounds + ?Sized),
    ) -> &mut Self {
        let held = Held { standing: Standing::InTable, key, component };
        let declared = ComponentBounds { is_item: true, ..ComponentBounds::of(&held) };
        MemoryBoundsBuilder { target: self.target.below(vec![name]) }.add(declared);
        self
    }

    /// Declares `times` components like `component`, together, as the subcomponent `name`.
    ///
    /// The factor stands at the subcomponent (see [`Times`]): it multiplies what is declared there and below, now and later. The
    /// settings in it are this component's.
    pub fn with_repeated_subcomponent(
        &mut self,
        name: impl AsRef<str>,
        times: &UsageExpr,
        component: &(impl MemoryBounds + ?Sized),
    ) -> &mut Self {
        let mut declared = ComponentBounds::of(component).decided();
        let path = self.create(name.as_ref());
        match path.len() {
            // The component itself, which may have more than what is declared here.
            0 => declared.repeat_parts(&Times::new(times, 0)),
            below => declared.repeat(Times::new(times, below)),
        }
        MemoryBoundsBuilder { target: self.target.below(path) }.add(declared);
        self
    }

    /// Adds what `component` needs to this one's own level.
    ///
    /// It is declared apart first, so a [`reset`](Self::reset) in it forgets nothing else. One in a
    /// [`specify_bounds`](MemoryBounds::specify_bounds) that is called with this very builder forgets all of this component.
    pub fn with_flattened(&mut self, component: &(impl MemoryBounds + ?Sized)) -> &mut Self {
        self.add(Self::part(component));
        self
    }

    /// Adds what `times` components like `component` need to this one's own level.
    pub fn with_repeated(
        &mut self,
        times: &UsageExpr,
        component: &(impl MemoryBounds + ?Sized),
    ) -> &mut Self {
        let mut part = Self::part(component).decided();
        part.repeat_parts(&Times::new(times, 0));
        self.add(part);
        self
    }

    /// Notes that the program takes the values of `range` alone for the setting `key` of this component, so that no other is advised.
    ///
    /// Said twice, what both take counts.
    ///
    /// ```
    /// use memory_accounting::sizing::{self, LargestThatFits};
    /// use memory_accounting::{ComponentBounds, MemoryBounds, MemoryBoundsBuilder, SettingRange, UsageExpr};
    ///
    /// struct Server { buffer_bytes: usize }
    ///
    /// impl MemoryBounds for Server {
    ///     fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
    ///         builder.firm().with_expr(UsageExpr::config("buffer_bytes", self.buffer_bytes));
    ///         builder.with_setting_range("buffer_bytes", SettingRange::at_least(8192));
    ///     }
    /// }
    ///
    /// let bounds = ComponentBounds::of(&Server { buffer_bytes: 16384 });
    /// let explanation = sizing::explain(&bounds, 4096);
    /// assert_eq!(explanation.settings[0].largest_that_fits, LargestThatFits::None);
    /// assert!(explanation.to_string().contains("no value it takes fits (at least 8192)"));
    /// ```
    pub fn with_setting_range(&mut self, key: impl Into<String>, range: SettingRange) -> &mut Self {
        self.target.add((key.into(), range), |bounds, (key, range)| bounds.limit_setting(key, range));
        self
    }

    /// Forgets everything this component and its subcomponents declared, and how many it stands for, so that it can be declared again.
    pub fn reset(&mut self) -> &mut Self {
        self.target.update(ComponentBounds::reset);
        self
    }

    /// Notes that the field `name` counts nothing here, and why; shown in reports.
    pub fn skipped(&mut self, name: impl Into<String>, reason: impl Into<String>) -> &mut Self {
        let skipped = SkippedField { name: name.into(), reason: reason.into() };
        self.target.add(skipped, |bounds, skipped| bounds.skipped.push(skipped));
        self
    }

    /// Notes that the keys of what is declared here begin with `prefix`.
    pub(crate) fn with_prefix(&mut self, prefix: &str) {
        self.target.add(prefix.to_owned(), |bounds, prefix| bounds.prefix = prefix);
    }

    /// Notes that what was declared here came through a pointer that others may have as well.
    pub(super) fn declared_through(&mut self, pointer: SharedPointer) {
        self.target.add(pointer, |bounds, pointer| bounds.pointers.push(pointer));
    }

    /// Creates the subcomponent `name` and returns its path from here.
    fn create(&mut self, name: &str) -> Vec<String> {
        self.target.update(|bounds| bounds.create(name, parse_name(name)))
    }

    /// Adds what was declared in a tree of its own.
    pub(crate) fn add(&mut self, declared: ComponentBounds) {
        self.target.add(declared, ComponentBounds::merge);
    }
}

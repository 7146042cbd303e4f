//! How a component adds what it needs.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use super::MemoryBounds;
use super::component::{BoundsEntry, ComponentBounds, SkippedField};
use crate::lock::lock;
use crate::{Container, UsageExpr};

/// Collects what one component declares.
///
/// What is added is seen at once by everything that reads the same tree.
#[derive(Debug)]
pub struct MemoryBoundsBuilder<'a> {
    tree: Arc<Mutex<ComponentBounds>>,
    path: Vec<String>,
    /// Whether a component is declaring itself through this builder.
    declaring: bool,
    parent: PhantomData<&'a mut ()>,
}

impl MemoryBoundsBuilder<'_> {
    /// A builder for the component at `path` of `tree`.
    pub(crate) fn for_component(tree: Arc<Mutex<ComponentBounds>>, path: Vec<String>) -> Self {
        Self { tree, path, declaring: false, parent: PhantomData }
    }

    /// The bytes the component needs to work at all: what it allocates up front.
    pub fn minimum(&mut self) -> BoundsBuilder<'_> {
        BoundsBuilder { tree: &self.tree, path: &self.path, kind: Kind::Minimum }
    }

    /// The bytes the component may use on top of its minimum, whatever the workload.
    pub fn firm(&mut self) -> BoundsBuilder<'_> {
        BoundsBuilder { tree: &self.tree, path: &self.path, kind: Kind::Firm }
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
        self.with_preallocated(&name, C::allocated(&name, &items), C::bounded(&name, &items));
        self
    }

    /// Adds `allocated` to the minimum and what `bounded` is above that to firm, if there is anything.
    pub(crate) fn with_preallocated(&mut self, label: &str, allocated: UsageExpr, bounded: UsageExpr) {
        if let Some(rest) = self.preallocate(label, allocated, bounded) {
            self.firm().with_named_expr(label, rest);
        }
    }

    /// Adds `allocated` to the minimum and returns what `bounded` is above that.
    pub(crate) fn preallocate(
        &mut self,
        label: &str,
        allocated: UsageExpr,
        bounded: UsageExpr,
    ) -> Option<UsageExpr> {
        let rest = (allocated != bounded).then(|| UsageExpr::difference(bounded, allocated.clone()));
        self.minimum().with_named_expr(label, allocated);
        rest
    }

    /// A builder for the subcomponent `name`, created where it does not exist; dots in the name nest.
    pub fn subcomponent(&mut self, name: impl AsRef<str>) -> MemoryBoundsBuilder<'_> {
        let mut path = self.path.clone();
        let mut tree = lock(&self.tree);
        path.extend(tree.get_or_create(&self.path).path_to(name.as_ref()));
        tree.get_or_create(&path);
        drop(tree);
        MemoryBoundsBuilder::for_component(Arc::clone(&self.tree), path)
    }

    /// A builder for the subcomponent called exactly `key`, dots and all.
    pub(super) fn keyed_subcomponent(&mut self, key: String) -> MemoryBoundsBuilder<'_> {
        let mut path = self.path.clone();
        path.push(key);
        MemoryBoundsBuilder::for_component(Arc::clone(&self.tree), path)
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
        self.subcomponent(name).declare(component);
        self
    }

    /// Declares `times` components like `component`, together, as the subcomponent `name`: each of its entries
    /// is multiplied.
    pub fn with_repeated_subcomponent(
        &mut self,
        name: impl AsRef<str>,
        times: &UsageExpr,
        component: &(impl MemoryBounds + ?Sized),
    ) -> &mut Self {
        let mut builder = self.subcomponent(name);
        builder.update(ComponentBounds::count_declaration);
        builder.with_repeated(times, component);
        self
    }

    /// Adds what `times` components like `component` need to this one's own level.
    pub fn with_repeated(
        &mut self,
        times: &UsageExpr,
        component: &(impl MemoryBounds + ?Sized),
    ) -> &mut Self {
        let tree = Arc::new(Mutex::new(ComponentBounds::default()));
        component.specify_bounds(&mut MemoryBoundsBuilder::for_component(Arc::clone(&tree), Vec::new()));
        let repeated = lock(&tree).clone().times(times);
        self.update(|bounds| bounds.merge(repeated));
        self
    }

    /// Forgets everything this component and its subcomponents declared, so that it can be declared again.
    pub fn reset(&mut self) -> &mut Self {
        // A component that resets itself while it is declared takes nothing back of what was declared before it.
        self.update(if self.declaring {
            ComponentBounds::reset_while_declared
        } else {
            ComponentBounds::reset
        });
        self
    }

    /// Notes that the field `name` counts nothing here, and why; shown in reports.
    pub fn skipped(&mut self, name: impl Into<String>, reason: impl Into<String>) -> &mut Self {
        let skipped = SkippedField { name: name.into(), reason: reason.into() };
        self.update(|bounds| bounds.skipped.push(skipped));
        self
    }

    /// Declares `component` as this component.
    pub(crate) fn declare(&mut self, component: &(impl MemoryBounds + ?Sized)) {
        self.update(ComponentBounds::count_declaration);
        let before = std::mem::replace(&mut self.declaring, true);
        component.specify_bounds(self);
        self.declaring = before;
    }

    fn update(&mut self, change: impl FnOnce(&mut ComponentBounds)) {
        change(lock(&self.tree).get_or_create(&self.path));
    }
}

/// Adds entries to a component's minimum or firm bytes.
#[derive(Debug)]
pub struct BoundsBuilder<'a> {
    tree: &'a Mutex<ComponentBounds>,
    path: &'a [String],
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Minimum,
    Firm,
}

impl BoundsBuilder<'_> {
    /// One value of type `T`, called `name`.
    pub fn with_single_value<T>(&mut self, name: impl Into<String>) -> &mut Self {
        self.with_expr(UsageExpr::struct_size::<T>(name))
    }

    /// A fixed number of bytes, called `name`.
    pub fn with_fixed_amount(&mut self, name: impl Into<String>, bytes: usize) -> &mut Self {
        self.with_expr(UsageExpr::constant(name, bytes))
    }

    /// `len` values of type `T`, side by side.
    pub fn with_array<T>(&mut self, name: impl Into<String>, len: usize) -> &mut Self {
        let length = UsageExpr::constant("length", len);
        self.with_expr(UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), length] })
    }

    /// `len` pairs of a key of type `K` and a value of type `V`: `len * (size of K + size of V)`, nothing more.
    ///
    /// A real hash table takes about twice to five times that; use [`with_container`](Self::with_container).
    pub fn with_map<K, V>(&mut self, name: impl Into<String>, len: usize) -> &mut Self {
        let pair = UsageExpr::Sum {
            values: vec![UsageExpr::struct_size::<K>("key"), UsageExpr::struct_size::<V>("value")],
        };
        let length = UsageExpr::constant("length", len);
        self.with_named_expr(name, UsageExpr::Product { values: vec![pair, length] })
    }

    /// What `expr` computes.
    pub fn with_expr(&mut self, expr: UsageExpr) -> &mut Self {
        self.push(BoundsEntry { label: None, expr })
    }

    /// What `expr` computes, called `label` in reports.
    pub fn with_named_expr(&mut self, label: impl Into<String>, expr: UsageExpr) -> &mut Self {
        self.push(BoundsEntry { label: Some(label.into()), expr })
    }

    /// A container of type `C`, created with capacity for `items` and never holding more.
    ///
    /// Called on [`firm()`](MemoryBoundsBuilder::firm) it counts all of the container, the most that is ever alive
    /// ([`Container::bounded`]). Called on [`minimum()`](MemoryBoundsBuilder::minimum) it counts what is allocated at creation
    /// ([`Container::allocated`]) and nothing more, which for a hash table is less than the most; both calls together count
    /// the storage twice. For a container that is allocated up front, use
    /// [`with_preallocated_container`](MemoryBoundsBuilder::with_preallocated_container), which splits it between the two.
    #[expect(clippy::needless_pass_by_value, reason = "as every other amount, the expression is handed over")]
    pub fn with_container<C: Container>(&mut self, name: impl Into<String>, items: UsageExpr) -> &mut Self {
        let name = name.into();
        let expr = match self.kind {
            Kind::Minimum => C::allocated(&name, &items),
            Kind::Firm => C::bounded(&name, &items),
        };
        self.with_named_expr(name, expr)
    }

    fn push(&mut self, entry: BoundsEntry) -> &mut Self {
        let mut tree = lock(self.tree);
        let bounds = tree.get_or_create(self.path);
        match self.kind {
            Kind::Minimum => bounds.minimum.push(entry),
            Kind::Firm => bounds.firm.push(entry),
        }
        drop(tree);
        self
    }
}

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
    /// In the minimum it counts what is allocated at creation, in the firm bytes the most that is ever alive.
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

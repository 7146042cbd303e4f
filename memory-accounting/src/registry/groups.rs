//! The allocation groups of the components that asked for one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reserved::ReservedBytes;
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken};
use crate::bounds::full_name;

/// The group of one component and those of everything below it, also where a reset has left nothing else of the components.
#[derive(Debug, Default)]
pub(super) struct Groups {
    own: Option<AllocationGroupToken>,
    pub(super) reserved: Option<Arc<ReservedBytes>>,
    pub(super) below: BTreeMap<String, Groups>,
}

impl Groups {
    /// The group of this component itself.
    pub(super) fn own(&self) -> Option<AllocationGroupToken> {
        self.own
    }

    /// The groups of the direct subcomponent `name` and of everything below it.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.below.get(name)
    }

    /// Those of the component at `path` and of everything below it.
    pub(super) fn get(&self, path: &[String]) -> Option<&Self> {
        path.iter().try_fold(self, |groups, name| groups.below.get(name))
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, path: &[String]) -> Option<&mut Self> {
        path.iter().try_fold(self, |groups, name| groups.below.get_mut(name))
    }

    /// The group of the component at `path`, registered under its full name where it has none.
    ///
    /// Where no group is left, it is the root group, and this component has none of its own.
    pub(super) fn get_or_register(&mut self, path: &[String]) -> AllocationGroupToken {
        let component = self.create(path);
        if let Some(token) = component.own {
            return token;
        }
        let token = AllocationGroupRegistry::global().register_distinct_allocation_group(full_name(path));
        component.own = (token != AllocationGroupToken::root()).then_some(token);
        token
    }

    /// That of the component at `path`, created where it has none.
    pub(super) fn create(&mut self, path: &[String]) -> &mut Self {
        path.iter().fold(self, |groups, name| groups.below.entry(name.clone()).or_default())
    }

    /// Takes out those of the component at `path` and of everything below it, where there are any.
    pub(super) fn take(&mut self, path: &[String]) -> Option<Self> {
        let (name, parents) = path.split_last()?;
        let parent = parents.iter().try_fold(self, |groups, name| groups.below.get_mut(name))?;
        parent.below.remove(name).filter(|groups| !groups.is_empty())
    }

    /// Whether no component has one.
    fn is_empty(&self) -> bool {
        self.own.is_none() && self.below.values().all(Self::is_empty)
    }

    /// Removes all of them, so that their tokens are stale.
    pub(super) fn remove(self) {
        self.visit(&mut |token| {
            AllocationGroupRegistry::global().remove_allocation_group(token);
        });
    }

    /// Shows each of them to `visitor`.
    pub(super) fn visit(&self, visitor: &mut impl FnMut(AllocationGroupToken)) {
        self.own.into_iter().for_each(&mut *visitor);
        self.below.values().for_each(|groups| groups.visit(visitor));
    }
}

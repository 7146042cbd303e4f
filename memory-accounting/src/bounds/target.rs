//! Where a declaration goes.

use std::fmt;

use super::component::ComponentBounds;

/// A tree that others see.
pub(crate) trait SharedTree: fmt::Debug + Sync {
    /// Does `change`, once. What that allocates is the tree's, not the caller's. No code of a user's may run in it: the tree is
    /// locked meanwhile.
    fn change(&self, change: &mut dyn FnMut(&mut ComponentBounds));
}

/// The component that a builder adds to.
#[derive(Debug)]
pub(super) enum Target<'a> {
    /// One in a tree that nobody else sees, because a component's own code is running.
    Own(&'a mut ComponentBounds),
    /// One in the tree of a registry, whose handles all see at once what is added.
    Shared { tree: &'a dyn SharedTree, path: Vec<String> },
}

impl Target<'_> {
    /// Changes the component. No code of a user's may run in `change`.
    pub(super) fn update<R: Default>(&mut self, change: impl FnOnce(&mut ComponentBounds) -> R) -> R {
        match self {
            Self::Own(bounds) => change(bounds),
            Self::Shared { tree, path } => {
                let (mut change, mut result) = (Some(change), R::default());
                tree.change(&mut |bounds| {
                    if let Some(change) = change.take() {
                        result = change(bounds.get_or_create(path));
                    }
                });
                result
            }
        }
    }

    /// Adds `what` with `add`. What it is made of may have been allocated by the caller, so a tree that others see keeps a copy.
    pub(super) fn add<T: Clone>(&mut self, what: T, add: impl FnOnce(&mut ComponentBounds, T)) {
        match self {
            Self::Own(bounds) => add(bounds, what),
            Self::Shared { .. } => self.update(|bounds| add(bounds, what.clone())),
        }
    }

    /// The same component, for as long as `self` is borrowed.
    pub(super) fn reborrow(&mut self) -> Target<'_> {
        match self {
            Self::Own(bounds) => Target::Own(bounds),
            Self::Shared { tree, path } => Target::Shared { tree: *tree, path: path.clone() },
        }
    }

    /// The component at the path `below` this one, created where it does not exist.
    pub(super) fn below(&mut self, below: Vec<String>) -> Target<'_> {
        match self {
            Self::Own(bounds) => Target::Own(bounds.get_or_create(&below)),
            Self::Shared { tree, path } => {
                let mut path = path.clone();
                path.extend(below);
                tree.change(&mut |bounds| {
                    bounds.get_or_create(&path);
                });
                Target::Shared { tree: *tree, path }
            }
        }
    }
}

//! Where a declaration goes.

use std::sync::Mutex;

use super::component::ComponentBounds;
use crate::lock::lock;

/// The component that a builder adds to.
#[derive(Debug)]
pub(super) enum Target<'a> {
    /// One in a tree that nobody else sees, because a component's own code is running.
    Own(&'a mut ComponentBounds),
    /// One in the tree of a registry, whose handles all see at once what is added.
    Shared { tree: &'a Mutex<ComponentBounds>, path: Vec<String> },
}

impl Target<'_> {
    /// Changes the component. No code of a user's may run in `change`: the tree of a registry is locked meanwhile.
    pub(super) fn update<R>(&mut self, change: impl FnOnce(&mut ComponentBounds) -> R) -> R {
        match self {
            Self::Own(bounds) => change(bounds),
            Self::Shared { tree, path } => change(lock(tree).get_or_create(path)),
        }
    }

    /// The same component, for as long as `self` is borrowed.
    pub(super) fn reborrow(&mut self) -> Target<'_> {
        match self {
            Self::Own(bounds) => Target::Own(bounds),
            Self::Shared { tree, path } => Target::Shared { tree, path: path.clone() },
        }
    }

    /// The component at the path `below` this one, created where it does not exist.
    pub(super) fn below(&mut self, below: Vec<String>) -> Target<'_> {
        match self {
            Self::Own(bounds) => Target::Own(bounds.get_or_create(&below)),
            Self::Shared { tree, path } => {
                let mut path = path.clone();
                path.extend(below);
                lock(tree).get_or_create(&path);
                Target::Shared { tree, path }
            }
        }
    }
}

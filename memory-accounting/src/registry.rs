//! The components of a program: their bounds and their allocation groups under one name.

mod groups;
mod reading;
mod readings;
mod usage;

use std::sync::{Arc, Mutex};

use thiserror::Error;

use self::groups::Groups;
pub use self::usage::{ComponentUsage, DeclaredBytes, LiveBytes};
use crate::allocator::AllocationGroupToken;
use crate::bounds::{ComponentBounds, MemoryBounds, MemoryBoundsBuilder, NameError};
use crate::bounds::{full_name, parse_full_name, parse_name};
use crate::grant::MemoryGrant;
use crate::lock::lock;
use crate::verifier::{BoundsVerifier, VerifiedBounds, VerifierError};

/// The tree of a program's components.
///
/// A registry is a handle to one component of a shared tree; a fresh one is at the root, and clones are handles
/// to the same tree. Names nest with dots: `topology.sources.dsd`.
///
/// ```
/// use memory_accounting::{ComponentRegistry, MemoryGrant};
///
/// let registry = ComponentRegistry::default();
/// let source = registry.get_or_create("topology.sources.dsd");
/// source.bounds_builder().minimum().with_fixed_amount("receive buffer", 8192);
///
/// let verified = registry.verify_bounds(MemoryGrant::effective(10_000)?)?;
/// assert_eq!(verified.total_minimum_required_bytes(), 8192);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ComponentRegistry {
    components: Arc<Components>,
    path: Vec<String>,
}

#[derive(Debug, Default)]
struct Components {
    bounds: Mutex<ComponentBounds>,
    groups: Mutex<Groups>,
}

/// A name that no component has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no component `{name}`; known are: {}", known.join(", "))]
pub struct UnknownComponent {
    /// The name that was asked for.
    pub name: String,
    /// The full names of the components that exist.
    pub known: Vec<String>,
}

impl ComponentRegistry {
    /// The handle to the component `name` below this one, created where it does not exist; an empty name is
    /// this component, and `root`, alone or in front of a name, is the root where this is the root. A name that holds a dot
    /// itself is written in quotes, `sinks."10.0.0.1:80"`.
    ///
    /// A text that is no name (see [`NameError`]), such as `a..b`, makes one component that is called just so: what is declared
    /// and allocated there counts, and verification refuses it.
    pub fn get_or_create(&self, name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        let mut path = self.path.clone();
        path.extend(lock(&self.components.bounds).get_or_create(&self.path).create(name, self.parse(name)));
        Self { components: Arc::clone(&self.components), path }
    }

    /// The handle to the whole tree.
    pub fn root(&self) -> Self {
        Self { components: Arc::clone(&self.components), path: Vec::new() }
    }

    /// The name of this component from the root, joined by dots; `root` for the root itself.
    pub fn full_name(&self) -> String {
        full_name(&self.path)
    }

    /// Adds to what this component declares.
    pub fn bounds_builder(&self) -> MemoryBoundsBuilder<'_> {
        MemoryBoundsBuilder::for_component(&self.components.bounds, self.path.clone())
    }

    /// Declares the bounds of the component `name` below this one and returns its handle, whose
    /// [`token`](Self::token) runs what is then built.
    ///
    /// A component that already carries bounds is refused by verification, unless they are
    /// [`reset`](MemoryBoundsBuilder::reset) first.
    pub fn register(&self, name: impl AsRef<str>, declaration: &(impl MemoryBounds + ?Sized)) -> Self {
        // First, because a panic in it must leave no component behind.
        let declared = ComponentBounds::of(declaration);
        let component = self.get_or_create(name);
        component.bounds_builder().add(declared);
        component
    }

    /// Removes the component `name` below this one: its bounds, everything below it, and their allocation groups, whose
    /// tokens are stale from then on. In [`usage`](Self::usage), what they still have allocated is the root's.
    ///
    /// # Errors
    ///
    /// [`UnknownComponent`] where there is no such component; the root and this component itself cannot be
    /// removed.
    pub fn remove(&self, name: impl AsRef<str>) -> Result<(), UnknownComponent> {
        let path = self.path_of(name.as_ref())?;
        if path.len() == self.path.len() || lock(&self.components.bounds).take(&path).is_none() {
            return Err(self.unknown(name.as_ref()));
        }
        if let Some(groups) = lock(&self.components.groups).take(&path) {
            groups.remove();
        }
        Ok(())
    }

    /// The token of this component's allocation group, registered when it is first asked for. The root has the
    /// root group; components in between that nobody asks for get none.
    pub fn token(&self) -> AllocationGroupToken {
        if self.path.is_empty() {
            return AllocationGroupToken::root();
        }
        lock(&self.components.groups).get_or_register(&self.path, || self.full_name())
    }

    /// What this component and everything below it declared.
    pub fn as_bounds(&self) -> ComponentBounds {
        lock(&self.components.bounds).get(&self.path).cloned().unwrap_or_default()
    }

    /// Proves that what this component and everything below it declared fits `grant`.
    ///
    /// # Errors
    ///
    /// Those of [`BoundsVerifier::verify`].
    pub fn verify_bounds(&self, grant: MemoryGrant) -> Result<VerifiedBounds, VerifierError> {
        BoundsVerifier::of_component(grant, self.as_bounds(), self.path.clone()).verify()
    }

    /// The handle to the component `name` below this one.
    ///
    /// # Errors
    ///
    /// [`UnknownComponent`] where there is no such component.
    pub fn find(&self, name: impl AsRef<str>) -> Result<Self, UnknownComponent> {
        let path = self.path_of(name.as_ref())?;
        if lock(&self.components.bounds).get(&path).is_none() {
            return Err(self.unknown(name.as_ref()));
        }
        Ok(Self { components: Arc::clone(&self.components), path })
    }

    /// The path of the component `name` below this one.
    fn path_of(&self, name: &str) -> Result<Vec<String>, UnknownComponent> {
        let mut path = self.path.clone();
        path.extend(self.parse(name).map_err(|_| self.unknown(name))?);
        Ok(path)
    }

    /// The path from here of what `name` says; at the root, `root` in front of a name is the root itself.
    fn parse(&self, name: &str) -> Result<Vec<String>, NameError> {
        if self.path.is_empty() { parse_full_name(name) } else { parse_name(name) }
    }

    fn unknown(&self, name: &str) -> UnknownComponent {
        let mut known = Vec::new();
        self.as_bounds().visit(&mut |path, _| known.extend((!path.is_empty()).then(|| full_name(path))));
        UnknownComponent { name: name.to_owned(), known }
    }
}

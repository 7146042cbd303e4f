//! The components of a program: their bounds and their allocation groups under one name.

mod error;
mod groups;
mod reading;
mod redeclare;
mod reserved;
mod unneeded;
mod usage;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub use self::error::{RedeclareError, RemoveError, UnknownComponent};
use self::groups::Groups;
pub(crate) use self::reserved::{Accounts, ReservedBytes};
pub use self::unneeded::UnneededBytes;
pub use self::usage::{ComponentUsage, DeclaredBytes, LiveBytes};
use crate::allocator::AllocationGroupToken;
use crate::bounds::{ComponentBounds, MemoryBounds, MemoryBoundsBuilder, NameError, SharedTree};
use crate::bounds::{full_name, parse_full_name, parse_name, without_depth};
use crate::grant::MemoryGrant;
use crate::lock::lock;
use crate::verifier::{BoundsVerifier, VerifiedBounds, VerifierError};

/// The tree of a program's components.
///
/// A registry is a handle to one component of a shared tree; a fresh one is at the root, and clones are handles
/// to the same tree. Names nest with dots: `topology.sources.dsd`.
///
/// What a registry keeps, and what it answers, is charged to the root, whoever calls. The code of a component that declares its
/// bounds is its caller's: what it allocates counts to the group that is current when it is called, and what it has declared is
/// copied for the root.
///
/// A forked child goes on with a copy of the tree, also where another thread of its parent used the registry meanwhile.
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
    path: Arc<[String]>,
}

/// Whoever needs both locks them in this order.
#[derive(Debug, Default)]
struct Components {
    bounds: Mutex<ComponentBounds>,
    groups: Mutex<Groups>,
    /// How often groups or counters of reserved bytes came or went.
    accounts_version: AtomicU64,
}

impl Components {
    /// Takes the component at `path` and everything below it out of both: nobody sees it in one of them alone.
    fn take(&self, path: &[String]) -> (Option<ComponentBounds>, Option<Groups>) {
        let (mut bounds, mut groups) = (lock(&self.bounds), lock(&self.groups));
        self.accounts_version.fetch_add(1, Ordering::Release);
        (bounds.take(path), groups.take(path))
    }

    /// The token of the component at `path`, which is not the root. It gets a group only while it exists, so that every group
    /// goes with a component.
    fn token(&self, path: &[String]) -> AllocationGroupToken {
        let (bounds, mut groups) = (lock(&self.bounds), lock(&self.groups));
        match bounds.get(path) {
            Some(_) => {
                self.accounts_version.fetch_add(1, Ordering::Release);
                groups.get_or_register(path)
            }
            None => groups.get(path).and_then(Groups::own).unwrap_or(AllocationGroupToken::root()),
        }
    }

    /// What the component at `path` has reserved; of one that does not exist, a counter that nobody reads.
    fn reserved(&self, path: &[String]) -> Arc<ReservedBytes> {
        let (bounds, mut groups) = (lock(&self.bounds), lock(&self.groups));
        if bounds.get(path).is_none() {
            return Arc::default();
        }
        self.accounts_version.fetch_add(1, Ordering::Release);
        Arc::clone(groups.create(path).reserved.get_or_insert_default())
    }
}

/// What is added to the tree is kept for no component, whoever adds it.
impl SharedTree for Components {
    fn change(&self, change: &mut dyn FnMut(&mut ComponentBounds)) {
        for_the_root(|| change(&mut lock(&self.bounds)));
    }
}

/// Does what a registry does for itself: what that allocates is charged to the root, whoever calls.
fn for_the_root<R>(work: impl FnOnce() -> R) -> R {
    AllocationGroupToken::root().scope(work)
}

impl ComponentRegistry {
    /// The handle to the component `name` below this one, created where it does not exist; an empty name is
    /// this component, and `root`, alone or in front of a name, is the root where this is the root. A name that holds a dot
    /// itself is written in quotes, `sinks."10.0.0.1:80"`.
    ///
    /// A text that is no name (see [`NameError`]), such as `a..b`, or one that nests too deep, makes one component that is called just so: what is declared
    /// and allocated there counts, and verification refuses it.
    pub fn get_or_create(&self, name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        for_the_root(|| {
            let parsed = self.parse(name);
            let misnamed = parsed.is_err();
            let below = parsed.unwrap_or_else(|_| vec![name.to_owned()]);
            let path = [&self.path, below.as_slice()].concat();
            let flat = without_depth(&path);
            let misnamed = misnamed || flat.is_some();
            let path = flat.unwrap_or(path);
            lock(&self.components.bounds).create_called(&path, misnamed);
            self.at(path)
        })
    }

    /// The handle to the whole tree.
    pub fn root(&self) -> Self {
        for_the_root(|| self.at(Vec::new()))
    }

    /// The name of this component from the root, joined by dots; `root` for the root itself.
    pub fn full_name(&self) -> String {
        for_the_root(|| full_name(&self.path))
    }

    /// Adds to what this component declares.
    pub fn bounds_builder(&self) -> MemoryBoundsBuilder<'_> {
        let path = for_the_root(|| self.path.to_vec());
        MemoryBoundsBuilder::for_component(&*self.components, path)
    }

    /// Declares the bounds of the component `name` below this one and returns its handle, whose
    /// [`token`](Self::token) runs what is then built.
    ///
    /// A component that already carries bounds is refused by verification, unless they are
    /// [`reset`](MemoryBoundsBuilder::reset) first; [`redeclare`](Self::redeclare) puts others in their place.
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
    /// Handles to what was removed stay usable: they declare nothing, and their [`token`](Self::token) is the root group's,
    /// until the component is created again.
    ///
    /// Removes as well what a [`reset`](MemoryBoundsBuilder::reset) above left of a component: its groups.
    ///
    /// # Errors
    ///
    /// [`RemoveError`] where there is neither such a component nor a group of one, and for the root and this component itself.
    pub fn remove(&self, name: impl AsRef<str>) -> Result<(), RemoveError> {
        let name = name.as_ref();
        for_the_root(|| {
            let path = self.path_of(name)?;
            if path.is_empty() {
                return Err(RemoveError::Root);
            }
            if *path == *self.path {
                return Err(RemoveError::Itself { name: self.full_name() });
            }
            let (removed, groups) = self.components.take(&path);
            if removed.is_none() && groups.is_none() {
                return Err(self.unknown(name, None).into());
            }
            groups.into_iter().for_each(Groups::remove);
            Ok(())
        })
    }

    /// The token of this component's allocation group, which is registered when it is first asked for. The root has the
    /// root group; components in between that nobody asks for get none.
    ///
    /// A handle to a component that was removed has the root group as well, and registers nothing, until the component is created
    /// again. So late users of a removed component leave no group behind that nobody would remove.
    ///
    /// The group is this tree's alone. Its name is the full name of the component; another tree, or other code, may have groups
    /// of the same name.
    pub fn token(&self) -> AllocationGroupToken {
        if self.path.is_empty() {
            return AllocationGroupToken::root();
        }
        for_the_root(|| self.components.token(&self.path))
    }

    /// What this component and everything below it declared.
    pub fn as_bounds(&self) -> ComponentBounds {
        for_the_root(|| lock(&self.components.bounds).get(&self.path).cloned().unwrap_or_default())
    }

    /// Proves that what this component and everything below it declared fits `grant`.
    ///
    /// # Errors
    ///
    /// Those of [`BoundsVerifier::verify`].
    pub fn verify_bounds(&self, grant: MemoryGrant) -> Result<VerifiedBounds, VerifierError> {
        for_the_root(|| BoundsVerifier::of_component(grant, self.as_bounds(), self.path.to_vec()).verify())
    }

    /// The handle to the component `name` below this one.
    ///
    /// # Errors
    ///
    /// [`UnknownComponent`] where there is no such component.
    pub fn find(&self, name: impl AsRef<str>) -> Result<Self, UnknownComponent> {
        let name = name.as_ref();
        for_the_root(|| {
            let path = self.path_of(name)?;
            if lock(&self.components.bounds).get(&path).is_none() {
                return Err(self.unknown(name, None));
            }
            Ok(self.at(path))
        })
    }

    /// The handle to the component with this full name, which is this one or below it.
    #[cfg(feature = "axum")]
    pub(crate) fn find_by_full_name(&self, full_name: &str) -> Result<Self, UnknownComponent> {
        for_the_root(|| {
            let path =
                parse_full_name(full_name).map_err(|invalid| self.unknown(full_name, Some(invalid)))?;
            if !path.starts_with(&self.path) || lock(&self.components.bounds).get(&path).is_none() {
                return Err(self.unknown(full_name, None));
            }
            Ok(self.at(path))
        })
    }

    fn at(&self, path: Vec<String>) -> Self {
        Self { components: Arc::clone(&self.components), path: path.into() }
    }

    /// The path of the component `name` below this one.
    fn path_of(&self, name: &str) -> Result<Vec<String>, UnknownComponent> {
        let below = self.parse(name).map_err(|invalid| self.unknown(name, Some(invalid)))?;
        Ok([&self.path, below.as_slice()].concat())
    }

    /// The path from here of what `name` says; at the root, `root` in front of a name is the root itself.
    fn parse(&self, name: &str) -> Result<Vec<String>, NameError> {
        if self.path.is_empty() { parse_full_name(name) } else { parse_name(name) }
    }

    fn unknown(&self, name: &str, invalid: Option<NameError>) -> UnknownComponent {
        let mut known = Vec::new();
        if let Some(bounds) = lock(&self.components.bounds).get(&self.path) {
            bounds.visit(&mut |path, _| {
                if !path.is_empty() {
                    known.push(full_name(&[&self.path, path].concat()));
                }
            });
        }
        UnknownComponent { name: name.to_owned(), invalid, known }
    }
}

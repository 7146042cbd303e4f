//! Declaring a component anew while the program runs.

use std::sync::atomic::Ordering;

use super::error::RedeclareError;
use super::groups::Groups;
use super::{ComponentRegistry, Components, for_the_root};
use crate::bounds::{ComponentBounds, MemoryBounds, full_name};
use crate::grant::MemoryGrant;
use crate::lock::lock;
use crate::verifier::{BoundsVerifier, VerifiedBounds, VerifierError};

impl ComponentRegistry {
    /// Declares the component `name` below this one anew, as when its configuration is read again: proves that the whole tree, from the
    /// root on, fits `grant` with `declaration` in the place of what the component declared before, and only then puts it there. Who
    /// reads the tree meanwhile sees all of the one or all of the other.
    ///
    /// ```
    /// use memory_accounting::{ComponentRegistry, MemoryBounds, MemoryGrant, RedeclareError};
    ///
    /// # #[cfg(feature = "derive")] {
    /// /// What one stage sends to the next.
    /// #[derive(MemoryBounds)]
    /// struct Interconnect {
    ///     #[bounds(items = [u8; 64])]
    ///     queue_capacity: usize,
    /// }
    ///
    /// let grant = MemoryGrant::effective(100_000).unwrap();
    /// let registry = ComponentRegistry::default();
    /// registry.register("topology.interconnect", &Interconnect { queue_capacity: 100 });
    ///
    /// let verified = registry.redeclare("topology.interconnect", &Interconnect { queue_capacity: 200 }, grant).unwrap();
    /// assert_eq!(verified.total_firm_limit_bytes(), 12_800);
    ///
    /// let too_much = registry.redeclare("topology.interconnect", &Interconnect { queue_capacity: 2000 }, grant);
    /// assert!(matches!(too_much, Err(RedeclareError::DoesNotFit { .. })));
    /// assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 12_800);
    /// # }
    /// ```
    ///
    /// Of what is below the component, the parts that came with its declaration before go, unless they are in the new one too. Their
    /// allocation groups go with them, as [`remove`](Self::remove) says. Components that were declared below it on their own, by
    /// [`register`](Self::register) or with a builder of a registry, stay as they are; where the new declaration has one of the same
    /// name, that is declared twice. What was added to the component itself with its [`bounds_builder`](Self::bounds_builder) counts as
    /// part of what it declared before.
    ///
    /// The component keeps its group, and so do those parts that are in both. It also keeps [how many there are of
    /// it](ComponentBounds::times), which a component above it said, and so its settings in that.
    ///
    /// What is held to a bound of the component, a limiter or a share of a grant, goes by what it was when that was made: make it again
    /// from what this returns. The limiter of the process runs what was verified without slowing it down: tell it what that is now
    /// (`set_verified_firm_limit`).
    ///
    /// The declaration runs before anything else, without a lock; if it panics, nothing has changed.
    ///
    /// # Errors
    ///
    /// [`RedeclareError`] where there is no such component, and where the whole would not be valid or would not fit. Nothing has
    /// changed then.
    pub fn redeclare(
        &self,
        name: impl AsRef<str>,
        declaration: &(impl MemoryBounds + ?Sized),
        grant: MemoryGrant,
    ) -> Result<VerifiedBounds, RedeclareError> {
        let declared = ComponentBounds::of(declaration);
        for_the_root(|| {
            let name = name.as_ref();
            let path = self.path_of(name)?;
            // What was declared was charged to the caller's group, so a copy is kept.
            let redeclared = self.components.redeclare(&path, declared.clone(), grant);
            let (verified, lost) = redeclared
                .ok_or_else(|| self.unknown(name, None))?
                .map_err(|reason| RedeclareError::DoesNotFit { name: full_name(&path), reason })?;
            lost.into_iter().for_each(Groups::remove);
            Ok(verified)
        })
    }
}

impl Components {
    /// Puts what is `declared` in the place of what the component at `path` declared, if all of it fits. Returns also the groups of
    /// what is there no longer. `None` where there is no such component.
    fn redeclare(
        &self,
        path: &[String],
        declared: ComponentBounds,
        grant: MemoryGrant,
    ) -> Option<Result<(VerifiedBounds, Vec<Groups>), VerifierError>> {
        let mut bounds = lock(&self.bounds);
        bounds.get(path)?;
        let mut whole = bounds.clone();
        whole.get_or_create(path).redeclare(declared);
        let verified = match BoundsVerifier::new(grant, whole.clone()).verify() {
            Ok(verified) => verified,
            Err(error) => return Some(Err(error)),
        };
        let mut groups = lock(&self.groups);
        let mut lost = Vec::new();
        if let (Some(groups), Some(before), Some(after)) =
            (groups.get_mut(path), bounds.get(path), whole.get(path))
        {
            groups.take_lost(before, after, &mut lost);
        }
        self.accounts_version.fetch_add(1, Ordering::Release);
        let before = std::mem::replace(&mut *bounds, whole);
        drop((bounds, groups));
        // It may be large, and nobody has to wait for it.
        drop(before);
        Some(Ok((verified, lost)))
    }
}

impl Groups {
    /// Takes out those of components that are in `before` and not in `after`, with those below them.
    fn take_lost(&mut self, before: &ComponentBounds, after: &ComponentBounds, lost: &mut Vec<Groups>) {
        for (name, before) in before.subcomponents() {
            let one = std::slice::from_ref(name);
            match after.get(one) {
                None => lost.extend(self.take(one)),
                Some(after) => {
                    if let Some(groups) = self.below.get_mut(name) {
                        groups.take_lost(before, after, lost);
                    }
                }
            }
        }
    }
}

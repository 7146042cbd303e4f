//! The proof that everything declared fits.

mod check;
mod error;
#[cfg(feature = "tracing")]
mod events;

use self::check::{Check, Totals};
pub use self::error::{InvalidComponent, InvalidReason, VerifierError};
use crate::bounds::ComponentBounds;
use crate::grant::MemoryGrant;

/// Checks the bounds of a whole program against the memory it was granted.
#[derive(Clone, Debug)]
pub struct BoundsVerifier {
    grant: MemoryGrant,
    bounds: ComponentBounds,
    /// Where in the whole tree the bounds are, for the names in errors.
    path: Vec<String>,
}

/// Bounds that were proved to fit a grant.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedBounds {
    grant: MemoryGrant,
    bounds: ComponentBounds,
    minimum: usize,
    firm_limit: usize,
    /// Where in the whole tree the bounds are.
    path: Vec<String>,
}

impl BoundsVerifier {
    /// Will check `bounds` against `grant`.
    pub fn new(grant: MemoryGrant, bounds: ComponentBounds) -> Self {
        Self::of_component(grant, bounds, Vec::new())
    }

    /// The same for bounds that are at `path` of a larger tree.
    pub(crate) fn of_component(grant: MemoryGrant, bounds: ComponentBounds, path: Vec<String>) -> Self {
        Self { grant, bounds, path }
    }

    /// Proves that the bounds fit; a total that equals the grant does. The minimum is checked first.
    ///
    /// # Errors
    ///
    /// [`VerifierError::InvalidComponentBounds`] where a component's bounds are unbounded, or it was declared more than once,
    /// or through one pointer with another, with all such components, [`VerifierError::InsufficientMinimumMemory`] and [`VerifierError::FirmLimitExceedsAvailable`]
    /// where the totals do not fit.
    pub fn verify(self) -> Result<VerifiedBounds, VerifierError> {
        let Self { grant, mut bounds, path } = self;
        bounds.note_shared_parts(&path);
        let (Totals { minimum, firm_limit }, invalid) = Check::run(path.clone(), &bounds);
        if let Some(error) = VerifierError::of_invalid(invalid) {
            return Err(error);
        }
        let available_bytes = grant.effective_limit_bytes();
        if minimum > available_bytes {
            let minimum_required_bytes = minimum;
            return Err(VerifierError::InsufficientMinimumMemory { available_bytes, minimum_required_bytes });
        }
        if firm_limit > available_bytes {
            let firm_limit_bytes = firm_limit;
            return Err(VerifierError::FirmLimitExceedsAvailable { available_bytes, firm_limit_bytes });
        }
        Ok(VerifiedBounds { grant, bounds, minimum, firm_limit, path })
    }
}

impl VerifiedBounds {
    /// The bytes granted, less the slop.
    pub fn total_available_bytes(&self) -> usize {
        self.grant.effective_limit_bytes()
    }

    /// The bytes that all components need up front.
    pub fn total_minimum_required_bytes(&self) -> usize {
        self.minimum
    }

    /// The most bytes that all components may use, the minimum included.
    pub fn total_firm_limit_bytes(&self) -> usize {
        self.firm_limit
    }

    /// The bounds that were proved.
    pub fn bounds(&self) -> &ComponentBounds {
        &self.bounds
    }

    /// The grant they fit.
    pub fn grant(&self) -> MemoryGrant {
        self.grant
    }
    /// Where in the whole tree the bounds are, and the bounds.
    pub(crate) fn into_parts(self) -> (Vec<String>, ComponentBounds) {
        (self.path, self.bounds)
    }
}

//! The proof that everything declared fits.

use thiserror::Error;

use crate::MemoryGrant;
use crate::bounds::{ComponentBounds, full_name, parse_name};
use crate::bytes::Bytes;

/// Checks the bounds of a whole program against the memory it was granted.
#[derive(Clone, Debug)]
pub struct BoundsVerifier {
    grant: MemoryGrant,
    bounds: ComponentBounds,
    /// Where in the whole tree the bounds are, for the names in errors.
    path: Vec<String>,
}

/// Why bounds do not fit, or are no bounds at all. [`sizing::explain`](crate::sizing::explain) says which
/// components and settings are to blame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// The bounds of one component are not usable: they overflow, or it was declared twice.
    #[error("the bounds of component `{component_name}` are invalid: {reason}")]
    InvalidComponentBounds {
        /// The full name of the component.
        component_name: String,
        /// What is wrong with them.
        reason: String,
    },
    /// What all components need up front is more than the grant.
    #[error(
        "the components need at least {minimum} ({minimum_required_bytes} bytes), but only {available} ({available_bytes} bytes) are available",
        minimum = Bytes(*minimum_required_bytes), available = Bytes(*available_bytes)
    )]
    InsufficientMinimumMemory {
        /// The bytes granted.
        available_bytes: usize,
        /// The bytes needed up front.
        minimum_required_bytes: usize,
    },
    /// What all components may use at most is more than the grant.
    #[error(
        "the components may use up to {firm} ({firm_limit_bytes} bytes), but only {available} ({available_bytes} bytes) are available",
        firm = Bytes(*firm_limit_bytes), available = Bytes(*available_bytes)
    )]
    FirmLimitExceedsAvailable {
        /// The bytes granted.
        available_bytes: usize,
        /// The bytes that may be used, the minimum included.
        firm_limit_bytes: usize,
    },
}

/// Bounds that were proved to fit a grant.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedBounds {
    grant: MemoryGrant,
    bounds: ComponentBounds,
    minimum: usize,
    firm_limit: usize,
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
    /// [`VerifierError::InvalidComponentBounds`] where a component's bounds overflow or it was declared more
    /// than once, [`VerifierError::InsufficientMinimumMemory`] and [`VerifierError::FirmLimitExceedsAvailable`]
    /// where the totals do not fit.
    pub fn verify(self) -> Result<VerifiedBounds, VerifierError> {
        let Self { grant, bounds, mut path } = self;
        check_each(&bounds, &mut path)?;
        let available_bytes = grant.effective_limit_bytes();
        let minimum = bounds.total_minimum_required_bytes();
        if minimum > available_bytes {
            let minimum_required_bytes = minimum;
            return Err(VerifierError::InsufficientMinimumMemory { available_bytes, minimum_required_bytes });
        }
        let firm_limit = bounds.total_firm_limit_bytes();
        if firm_limit > available_bytes {
            let firm_limit_bytes = firm_limit;
            return Err(VerifierError::FirmLimitExceedsAvailable { available_bytes, firm_limit_bytes });
        }
        Ok(VerifiedBounds { grant, bounds, minimum, firm_limit })
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
}

/// Checks what is below a component before the component itself, so that the error names the component at
/// fault and not one that merely contains it.
fn check_each(bounds: &ComponentBounds, path: &mut Vec<String>) -> Result<(), VerifierError> {
    for (name, child) in bounds.subcomponents() {
        path.push(name.clone());
        check_each(child, path)?;
        path.pop();
    }
    let invalid = |reason: String| {
        Err(VerifierError::InvalidComponentBounds { component_name: full_name(path), reason })
    };
    if let Some(error) = path.last().filter(|_| bounds.is_misnamed()).and_then(|name| parse_name(name).err())
    {
        return invalid(format!("it is called by no name: {error}"));
    }
    if bounds.declarations() > 1 {
        return invalid(format!(
            "it was declared {} times; give each component a name of its own, or reset it before it is declared again",
            bounds.declarations()
        ));
    }
    if bounds.checked_firm_limit().is_none() {
        return invalid(match overflowing_entry(bounds) {
            Some(arithmetic) => format!("more bytes than can be counted: {arithmetic}"),
            None => "together its entries are more bytes than can be counted".to_owned(),
        });
    }
    Ok(())
}

fn overflowing_entry(bounds: &ComponentBounds) -> Option<String> {
    let mut entries = bounds.minimum_entries().iter().chain(bounds.firm_entries());
    let entry = entries.find(|entry| entry.expr().checked_evaluate().is_none())?;
    let arithmetic = entry.expr().to_string();
    Some(match entry.label() {
        Some(label) => format!("{label} = {arithmetic}"),
        None => arithmetic,
    })
}

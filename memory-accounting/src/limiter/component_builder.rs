//! Making the limiter of a component.

use std::sync::Arc;

use thiserror::Error;

use super::MemoryLimiter;
use super::component::Component;
use super::component_limiter::ComponentLimiter;
use super::component_state::{Bound, BoundSource, Enforcement};
use crate::allocator::AllocationGroupToken;
use crate::partitioner::MemoryShare;
use crate::registry::ComponentRegistry;

/// Makes a [`ComponentLimiter`]; see [`MemoryLimiter::component`].
#[derive(Debug)]
#[must_use = "a limiter is made by `start`"]
pub struct ComponentLimiterBuilder {
    limiter: MemoryLimiter,
    component: ComponentRegistry,
    share: Option<MemoryShare>,
    enforcement: Enforcement,
}

/// Why there is no limiter of a component.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ComponentLimitError {
    /// There is nothing to hold it to.
    #[error(
        "`{component}` declares nothing that it could be held to; declare its bounds, or give it a share"
    )]
    NothingDeclared {
        /// Its full name.
        component: String,
    },
    /// It declares no bound.
    #[error("`{component}` declares bounds that are unbounded; limit them, or give it a share")]
    Unbounded {
        /// Its full name.
        component: String,
    },
    /// The share is for another component.
    #[error("a share of `{share_of}` cannot be the bound of `{component}`")]
    ShareOfAnother {
        /// The full name of the one to be limited.
        component: String,
        /// The full name of the one that the share is for.
        share_of: String,
    },
    /// It is not part of the limited component that it was to be limited below.
    #[error("`{component}` is not below `{parent}`")]
    NotBelow {
        /// Its full name.
        component: String,
        /// The full name of the limited component.
        parent: String,
    },
}

impl ComponentLimiterBuilder {
    pub(super) fn new(limiter: MemoryLimiter, component: ComponentRegistry) -> Self {
        Self { limiter, component, share: None, enforcement: Enforcement::default() }
    }

    /// Holds the component to `share` instead of the firm limit that it declares.
    pub fn with_share(self, share: &MemoryShare) -> Self {
        Self { share: Some(share.clone()), ..self }
    }

    /// When to hold it to its bound; without this, [while memory is scarce](Enforcement::WhileScarce).
    pub fn with_enforcement(self, enforcement: Enforcement) -> Self {
        Self { enforcement, ..self }
    }

    /// Begins to limit.
    ///
    /// # Errors
    ///
    /// See [`ComponentLimitError`].
    pub fn start(self) -> Result<ComponentLimiter, ComponentLimitError> {
        let bound = self.bound()?;
        let Self { limiter, component, enforcement, .. } = self;
        let parent = limiter.component.clone();
        if let Some(parent) = parent.as_ref().filter(|parent| !parent.registry().contains(&component)) {
            return Err(ComponentLimitError::NotBelow {
                component: component.full_name(),
                parent: parent.registry().full_name(),
            });
        }
        let component = AllocationGroupToken::root()
            .scope(|| Arc::new(Component::new(parent, component, bound, enforcement)));
        Ok(ComponentLimiter::new(MemoryLimiter { component: Some(component), ..limiter }))
    }

    fn bound(&self) -> Result<Bound, ComponentLimitError> {
        let component = self.component.full_name();
        match &self.share {
            Some(share) if share.component() == component => {
                Ok(Bound { bytes: share.bytes() as u64, source: BoundSource::Share })
            }
            Some(share) => {
                let share_of = share.component().to_owned();
                Err(ComponentLimitError::ShareOfAnother { component, share_of })
            }
            None => match self.component.as_bounds().checked_firm_limit() {
                Some(0) => Err(ComponentLimitError::NothingDeclared { component }),
                Some(bytes) => Ok(Bound { bytes: bytes as u64, source: BoundSource::Declared }),
                None => Err(ComponentLimitError::Unbounded { component }),
            },
        }
    }
}

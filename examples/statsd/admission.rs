//! Whether a configuration may run at all. Only what [`admit`] lets through can be built.

mod limit;

use memory_accounting::sizing::{self, Explanation};
use memory_accounting::{ComponentRegistry, VerifierError};

use crate::components::Components;
use crate::configuration::Configuration;
use crate::console;

use limit::{Limit, LimitError};

/// A configuration that was proved to fit, and the components it describes.
#[derive(Debug)]
pub(crate) struct Admitted {
    configuration: Configuration,
    components: Components,
}

impl Admitted {
    pub(crate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    pub(crate) fn components(&self) -> &Components {
        &self.components
    }
}

/// Prints what the configuration declares and proves that it fits its memory limit. Nothing is allocated or bound
/// before.
pub(crate) fn admit(configuration: Configuration) -> Result<Admitted, AdmissionError> {
    let limit = Limit::of(&configuration)?;
    let registry = ComponentRegistry::default();
    // The root itself: the configuration names everything below it.
    registry.register("", &configuration);
    let bounds = registry.as_bounds();
    console::say(format_args!("{bounds}"));
    console::say(format_args!("memory limit: {limit}"));
    match registry.verify_bounds(limit.grant()) {
        Ok(_) => Ok(Admitted { configuration, components: Components::of(registry, limit.grant()) }),
        Err(error) => {
            let explanation = sizing::explain(&bounds, limit.grant().effective_limit_bytes());
            Err(AdmissionError::DoesNotFit(Box::new(Refusal { limit, error, explanation })))
        }
    }
}

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdmissionError {
    /// There is no limit to check against.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// What is declared does not fit.
    #[error("{0}\nraise the limit with --limit, or lower these settings")]
    DoesNotFit(Box<Refusal>),
}

/// What does not fit into which limit.
#[derive(Debug)]
pub(crate) struct Refusal {
    limit: Limit,
    error: VerifierError,
    explanation: Explanation,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { limit, error, explanation } = self;
        write!(
            formatter,
            "this configuration does not fit its memory limit: {error}\nthe limit is {limit}\n{explanation}"
        )
    }
}

//! Whether a configuration may run at all. Only what [`admit`] lets through can be built.

use crate::configuration::Configuration;

/// A configuration that was found to fit.
#[derive(Debug)]
pub(crate) struct Admitted {
    configuration: Configuration,
}

impl Admitted {
    pub(crate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }
}

/// Checks the configuration against its memory limit. Nothing is allocated or bound before.
pub(crate) fn admit(configuration: Configuration) -> Result<Admitted, AdmissionError> {
    if configuration.limit.is_some_and(|limit| limit.as_u64() == 0) {
        return Err(AdmissionError::NoMemory);
    }
    Ok(Admitted { configuration })
}

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdmissionError {
    #[error("a limit of 0 bytes leaves no memory to run in; give a size such as --limit 64MiB")]
    NoMemory,
}

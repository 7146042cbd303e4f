//! The same verdict before a service runs, on another machine.

use std::fmt;

use super::error::StartupError;
use super::target::Target;
use super::{Startup, refusal};
use crate::bounds::ComponentBounds;
use crate::bytes::Bytes;
use crate::grant::Detection;
use crate::lines::folded;
use crate::verifier::{BoundsVerifier, VerifiedBounds};

/// Bounds that fit, by [`Startup::check`]. [`Display`](fmt::Display) prints what a start would say about that.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// The limit, in words.
    pub limit: String,
    /// The least limit that would be enough, in bytes.
    pub enough_bytes: Option<u64>,
    /// What was proved to fit.
    pub verified: VerifiedBounds,
}

impl Startup {
    /// What [`begin`](Self::begin) says about `bounds` in [strict](super::StartupMode::Strict) mode, without anything started: for a check before a deployment. The limit is
    /// that of the settings; nothing is detected here, for this is not the machine that the service runs on, unless
    /// [`with_detection`](Self::with_detection) gives a detection.
    ///
    /// ```
    /// use memory_accounting::{ComponentRegistry, Startup, StartupSettings};
    ///
    /// let registry = ComponentRegistry::default();
    /// registry.get_or_create("source").bounds_builder().minimum().with_fixed_amount("buffer", 8 << 20);
    /// let bounds = registry.as_bounds();
    ///
    /// let settings: StartupSettings = serde_json::from_str(r#"{ "limit": "16MiB", "slop_factor": 0.25 }"#)?;
    /// let checked = Startup::new(settings).check(&bounds)?;
    /// assert!(checked.to_string().ends_with("declared: 8.0 MiB fit, 4.0 MiB are left"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`StartupError`]: those of the limit, and [`DoesNotFit`](StartupError::DoesNotFit).
    pub fn check(&self, bounds: &ComponentBounds) -> Result<Checked, StartupError> {
        let Self { settings, detection, limit_setting } = self;
        let detection = detection.clone().unwrap_or_else(Detection::of_nothing);
        let (target, above_detected) = Target::of(settings, &detection, limit_setting)?;
        if let Some(error) = above_detected {
            return Err(error);
        }
        let verified = BoundsVerifier::new(target.grant, bounds.clone())
            .verify()
            .map_err(|error| refusal(error, bounds, &target, settings, &detection))?;
        let enough_bytes = settings.limit_for(verified.total_firm_limit_bytes());
        Ok(Checked { limit: target.to_string(), enough_bytes, verified })
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, verified, .. } = self;
        f.write_str(&folded(&format!("memory limit: {limit}")))?;
        write!(f, "\n{}", Fit(verified))
    }
}

/// How much is declared, and what is left.
pub(super) struct Fit<'a>(pub(super) &'a VerifiedBounds);

impl fmt::Display for Fit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let firm_limit = self.0.total_firm_limit_bytes();
        let left = self.0.total_available_bytes().saturating_sub(firm_limit);
        write!(f, "declared: {} fit, {} are left", Bytes(firm_limit), Bytes(left))
    }
}

//! A service that has started.

use std::fmt;

use super::check::Fit;
use super::settings::StartupSettings;
use super::target::Target;
use super::watch::{Followed, LimitChange, LimitWatch};
use crate::grant::{Detection, Detector, LostFiles, MemoryGrant};
use crate::limiter::{LimiterMode, MemoryLimiter};
use crate::lines::folded;
use crate::registry::ComponentRegistry;
use crate::verifier::VerifiedBounds;

/// What [`Startup::begin`](super::Startup::begin) found and made. [`Display`](fmt::Display) prints what an operator wants to see at the start.
#[derive(Debug)]
#[non_exhaustive]
pub struct Started {
    pub(super) settings: StartupSettings,
    pub(super) detection: Detection,
    /// What it goes by, and who looks for changes of that; `None` where the mode is off.
    pub(super) found: Option<(Target, Detector)>,
    pub(super) verified: Option<VerifiedBounds>,
    pub(super) limiter: MemoryLimiter,
    pub(super) warnings: Vec<String>,
    pub(super) limit_setting: String,
}

impl Started {
    pub(super) fn off(settings: StartupSettings, detection: Detection) -> Self {
        let limiter = MemoryLimiter::noop();
        let limit_setting = String::new();
        Self {
            settings,
            detection,
            found: None,
            verified: None,
            limiter,
            warnings: Vec::new(),
            limit_setting,
        }
    }

    /// The limiter; one that never holds anybody back where nothing is limited.
    pub fn limiter(&self) -> &MemoryLimiter {
        &self.limiter
    }

    /// The grant that it goes by at this moment: that of the start, or [what it has changed to](Self::watch) since; `None` where the mode is
    /// off.
    pub fn grant(&self) -> Option<MemoryGrant> {
        self.limiter.grant().or(self.found.as_ref().map(|(target, _)| target.grant))
    }

    /// What was proved to fit at the start; `None` where the mode is off, and where it does not fit.
    pub fn verified(&self) -> Option<&VerifiedBounds> {
        self.verified.as_ref()
    }

    /// What was found out about the limit of the process.
    pub fn detection(&self) -> &Detection {
        &self.detection
    }

    /// Who looks for changes of that, for the limiter too; `None` where the mode is off.
    #[cfg(feature = "axum")]
    pub(crate) fn detector(&self) -> Option<Detector> {
        self.found.as_ref().map(|(_, detector)| detector.clone())
    }

    /// What an operator has to know: what would have kept a strict start from being one, and what is not known.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Looks every two seconds whether the limit has changed, be it that of the process's own control group or of one around it. Then what
    /// `registry` declares is verified anew, the limiter goes by the new limit, and `on_change` is told, on a thread of the watch's own. A panic
    /// in it is caught and [counted](LimitWatch::panics).
    ///
    /// While a file cannot be read that could be before, the limit may only fall.
    ///
    /// The watch ends when it is dropped. A forked child does not have it, and starts another ([`LimitWatch::is_running`]). `None` where the mode is off, and where the system refuses to start another thread.
    #[must_use = "the watch ends when it is dropped"]
    pub fn watch(
        &self,
        registry: &ComponentRegistry,
        on_change: impl FnMut(&LimitChange) + Send + 'static,
    ) -> Option<LimitWatch> {
        let (target, detector) = self.found.clone()?;
        let followed = Followed {
            settings: self.settings.clone(),
            limit_setting: self.limit_setting.clone(),
            lost: LostFiles::since(&self.detection),
            target,
        };
        LimitWatch::start(followed, detector, registry.clone(), self.limiter.clone(), on_change)
    }
}

impl fmt::Display for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((target, _)) = &self.found else {
            return f.write_str("memory is neither verified nor limited: the mode is off");
        };
        f.write_str(&folded(&format!("memory limit: {target}")))?;
        write!(f, "\nmode: {}, ", self.settings.mode)?;
        f.write_str(match self.limiter.state().map(|state| state.mode) {
            Some(LimiterMode::Enforce) => "callers are held back where memory is scarce",
            Some(LimiterMode::Observe) => "nobody is held back, and who would be is counted",
            Some(LimiterMode::Off) | None => "nobody is held back",
        })?;
        if let Some(verified) = &self.verified {
            write!(f, "\n{}", Fit(verified))?;
        }
        for warning in &self.warnings {
            write!(f, "\nwarning: {warning}")?;
        }
        Ok(())
    }
}

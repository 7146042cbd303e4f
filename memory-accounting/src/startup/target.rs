//! The limit that a service goes by, and where it is from.

use std::fmt;

use super::error::StartupError;
use super::settings::StartupSettings;
use crate::bytes::{Bytes, ExactBytes};
use crate::grant::{Detection, LimitSource, LimitState, MemoryGrant};
use crate::sizing::{Explanation, LargestThatFits, LeastThatFits};

/// The limit that a service goes by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) grant: MemoryGrant,
    pub(super) origin: Origin,
}

/// Where a limit is from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    /// The operator's setting of this name.
    Setting(String),
    /// A control group, as [`Detection`] says it in words.
    Group(String),
    /// The physical memory, since no limit is known, or the one that is is above it; in words.
    Machine(String),
}

impl Target {
    /// The limit of the settings, else the detected one, else the memory of the machine. Where the first is above the second, the second is
    /// what the kernel goes by, and the error says so.
    pub(super) fn of(
        settings: &StartupSettings,
        detection: &Detection,
        limit_setting: &str,
    ) -> Result<(Self, Option<StartupError>), StartupError> {
        let detected = Self::detected(detection);
        let of = |bytes, origin| -> Result<Self, StartupError> {
            Ok(Self { grant: settings.grant(bytes)?, origin })
        };
        let Some(given) = settings.limit_bytes else {
            let (bytes, origin) =
                detected.ok_or_else(|| StartupError::NoLimit { limit_setting: limit_setting.to_owned() })?;
            return Ok((of(bytes, origin)?, None));
        };
        if given == 0 {
            return Err(StartupError::NoMemory { limit_setting: limit_setting.to_owned() });
        }
        match detected {
            Some((detected_bytes, origin)) if given > detected_bytes => {
                let error = StartupError::AboveDetected {
                    limit_setting: limit_setting.to_owned(),
                    given_bytes: given,
                    detected_bytes,
                    detected: origin.to_string(),
                    advice: origin.advice_on_a_setting_above(limit_setting, given, detected_bytes),
                };
                Ok((of(detected_bytes, origin)?, Some(error)))
            }
            _ => Ok((of(given, Origin::Setting(limit_setting.to_owned()))?, None)),
        }
    }

    /// What the kernel goes by.
    pub(super) fn detected(detection: &Detection) -> Option<(u64, Origin)> {
        let Some((bytes, source)) = detection.limit_bytes().zip(detection.source()) else {
            let words = "all memory of the machine, as no limit was found";
            return detection.physical_bytes().map(|bytes| (bytes, Origin::Machine(words.to_owned())));
        };
        let origin = match source {
            LimitSource::PhysicalMemory { .. } => Origin::Machine(source.to_string()),
            _ => Origin::Group(source.to_string()),
        };
        Some((bytes, origin))
    }

    /// Where the limit is from, such as `--limit`.
    pub(super) fn source(&self) -> String {
        match &self.origin {
            Origin::Setting(name) => name.clone(),
            origin => origin.to_string(),
        }
    }

    /// What to do where `enough_bytes` are needed, `None` where no limit is enough, and what is explained does not fit.
    pub(super) fn advice(
        &self,
        enough_bytes: Option<u64>,
        explanation: &Explanation,
        detection: &Detection,
    ) -> String {
        let settings = advice_on_settings(explanation);
        let Some(enough) = enough_bytes else {
            return match settings {
                Some(settings) => format!("no limit would be enough; {settings}"),
                None => "no limit would be enough, and no setting helps".to_owned(),
            };
        };
        // Who raises the setting alone above what the kernel allows would be refused for that next.
        let also = Self::detected(detection).filter(|(bytes, _)| *bytes < enough).map(|(_, origin)| origin);
        let raise = match (&self.origin, also) {
            (Origin::Setting(name), Some(also)) => {
                format!("{} ({also}), and {name} with it", also.raised_to(enough))
            }
            (origin, _) => origin.raised_to(enough),
        };
        match settings {
            Some(settings) => format!("{raise}, or {settings}"),
            None => raise,
        }
    }

    /// What is not known about the limit, where it matters.
    pub(super) fn uncertainty(&self, detection: &Detection) -> Option<String> {
        match (detection.state(), &self.origin) {
            (LimitState::Unknown { .. }, Origin::Machine(_)) => Some(format!(
                "whether the process is limited is not known, so all memory of the machine is taken for its limit: {detection}"
            )),
            _ if !detection.unread().is_empty() => Some(format!("there may be a tighter limit: {detection}")),
            _ => None,
        }
    }
}

/// What to do with the settings that are named, if that helps.
fn advice_on_settings(explanation: &Explanation) -> Option<&'static str> {
    let Explanation { settings, fitting_together, .. } = explanation;
    let is_enough = |largest| matches!(largest, LargestThatFits::AtMost(_) | LargestThatFits::Unlimited);
    let lowered = !fitting_together.is_empty()
        || settings.iter().any(|share| share.value.is_none() || is_enough(share.largest_that_fits));
    let raised = settings.iter().any(|share| matches!(share.least_that_fits, LeastThatFits::AtLeast(_)));
    match (lowered, raised) {
        (true, false) => Some("lower these settings"),
        (false, true) => Some("raise these settings"),
        (true, true) => Some("change these settings"),
        (false, false) => None,
    }
}

impl Origin {
    /// What to do so that the limit of this origin is `bytes`.
    fn raised_to(&self, bytes: u64) -> String {
        let bytes = ExactBytes(bytes);
        match self {
            Self::Setting(name) => format!("raise {name} to {bytes}"),
            Self::Group(_) => {
                format!("raise the limit of the control group (of the container or service) to {bytes}")
            }
            Self::Machine(_) => format!("run it on a machine with at least {bytes} of memory"),
        }
    }

    /// What to do where `name` gives more than what this origin allows.
    fn advice_on_a_setting_above(&self, name: &str, given_bytes: u64, allowed_bytes: u64) -> String {
        format!(
            "{}, or lower {name} to {} or leave it out",
            self.raised_to(given_bytes),
            ExactBytes(allowed_bytes)
        )
    }
}

/// One line.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { grant, origin } = self;
        let (limit, effective) = (grant.initial_limit_bytes(), grant.effective_limit_bytes());
        write!(
            f,
            "{} ({origin}), less {} that are set aside for what no component declares: {}",
            Bytes(limit),
            Bytes(limit.saturating_sub(effective)),
            Bytes(effective)
        )
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(name) => write!(f, "set by {name}"),
            Self::Group(origin) | Self::Machine(origin) => f.write_str(origin),
        }
    }
}

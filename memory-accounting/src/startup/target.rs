//! The limit that a service goes by, and where it is from.

use std::fmt;

use super::error::StartupError;
use super::settings::StartupSettings;
use crate::bytes::Bytes;
use crate::grant::{Detection, LimitState, MemoryGrant};

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
    /// What [`Detection`] says in words.
    Detected(String),
    /// The physical memory, since there is no limit, or none is known.
    Machine,
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
                };
                Ok((of(detected_bytes, origin)?, Some(error)))
            }
            _ => Ok((of(given, Origin::Setting(limit_setting.to_owned()))?, None)),
        }
    }

    /// What the kernel goes by.
    pub(super) fn detected(detection: &Detection) -> Option<(u64, Origin)> {
        match detection.limit_bytes().zip(detection.source()) {
            Some((bytes, source)) => Some((bytes, Origin::Detected(source.to_string()))),
            None => detection.physical_bytes().map(|bytes| (bytes, Origin::Machine)),
        }
    }

    /// Where the limit is from, in words.
    pub(super) fn source(&self) -> String {
        self.origin.to_string()
    }

    /// What to do where more is needed.
    pub(super) fn advice(&self, enough_bytes: Option<u64>) -> String {
        let enough = enough_bytes.map(|bytes| format!(" to {}", bytes_of(bytes))).unwrap_or_default();
        match &self.origin {
            Origin::Setting(name) => format!("raise {name}{enough}, or lower these settings"),
            Origin::Detected(_) => format!(
                "raise the limit of the control group (of the container){enough}, or lower these settings"
            ),
            Origin::Machine => {
                format!("run it on a machine with more memory{enough}, or lower these settings")
            }
        }
    }

    /// What is not known about the limit, where it matters.
    pub(super) fn uncertainty(&self, detection: &Detection) -> Option<String> {
        match (detection.state(), &self.origin) {
            (LimitState::Unknown { .. }, Origin::Machine) => Some(format!(
                "whether the process is limited is not known, so all memory of the machine is taken for its limit: {detection}"
            )),
            _ if !detection.unread().is_empty() => Some(format!("there may be a tighter limit: {detection}")),
            _ => None,
        }
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
            Self::Detected(origin) => f.write_str(origin),
            Self::Machine => f.write_str("all memory of the machine, as no limit was found"),
        }
    }
}

pub(super) fn bytes_of(bytes: u64) -> Bytes {
    Bytes(usize::try_from(bytes).unwrap_or(usize::MAX))
}

//! Why a service does not start.

use std::fmt;

use thiserror::Error;

use super::mode::StartupMode;
use crate::bytes::Bytes;
use crate::grant::GrantError;
use crate::limiter::LimiterError;
use crate::sizing::Explanation;
use crate::verifier::VerifierError;

/// Why a service does not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartupError {
    /// The limit is 0.
    #[error("a limit of 0 bytes leaves no memory to run in; give a size such as {limit_setting} 64MiB")]
    NoMemory {
        /// The setting.
        limit_setting: String,
    },
    /// Neither a limit nor the memory of the machine is known.
    #[error(
        "how much memory there is cannot be found out on this system; give a size such as {limit_setting} 64MiB"
    )]
    NoLimit {
        /// The setting.
        limit_setting: String,
    },
    /// The settings give more than the kernel does.
    #[error(
        "{limit_setting} gives {given}, more than the {known} that the kernel allows ({detected}): the process would be ended before the \
         limiter holds anybody back; {advice}",
        given = Bytes(*given_bytes), known = Bytes(*detected_bytes)
    )]
    AboveDetected {
        /// The setting.
        limit_setting: String,
        /// What it gives, in bytes.
        given_bytes: u64,
        /// What was detected, in bytes.
        detected_bytes: u64,
        /// Where that is from, in words.
        detected: String,
        /// What to do.
        advice: String,
    },
    /// A limit is given, and nothing is limited.
    #[error(
        "{limit_setting} is given while the mode is off, so nothing would go by it; leave one of them out"
    )]
    LimitWhileOff {
        /// The setting.
        limit_setting: String,
    },
    /// What is verified is not limited.
    #[error(
        "`limiter.mode` is off while `mode` is {mode}, so nobody would be kept inside the limit; leave `limiter.mode` out, set it to \
         observe, or set `mode` to off"
    )]
    LimiterOff {
        /// The mode of the start.
        mode: StartupMode,
    },
    /// All of the limit is set aside.
    #[error(
        "`slop` sets {slop} aside, and `slop_factor` the part {slop_factor}, of a limit of {limit}: nothing is left; lower `slop`",
        slop = Bytes(*slop_bytes), limit = Bytes(*limit_bytes)
    )]
    NothingLeft {
        /// The limit, in bytes.
        limit_bytes: u64,
        /// What is set aside whatever the limit, in bytes.
        slop_bytes: u64,
        /// The part of the limit that is set aside besides.
        slop_factor: f64,
    },
    /// The limit and what is set aside are no grant.
    #[error("the memory limit cannot be used")]
    Grant(#[from] GrantError),
    /// What is declared does not fit.
    #[error(transparent)]
    DoesNotFit(Box<Refusal>),
    /// There is no limiter.
    #[error("the process cannot be kept inside its limit")]
    Limiter(#[source] LimiterError),
}

/// What does not fit into which limit, and what would.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The limit, in words.
    pub limit: String,
    /// What to do.
    pub advice: String,
    /// The least limit that would be enough, in bytes; `None` where none would.
    pub enough_bytes: Option<u64>,
    /// What the verifier says.
    pub error: VerifierError,
    /// Which components and settings are too big.
    pub explanation: Explanation,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, advice, error, explanation, .. } = self;
        write!(
            f,
            "what is declared does not fit the memory limit: {error}\nthe limit is {limit}\n{explanation}\n{advice}"
        )
    }
}

impl std::error::Error for Refusal {}

/// An error and its causes in one text, for where nobody asks for them.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

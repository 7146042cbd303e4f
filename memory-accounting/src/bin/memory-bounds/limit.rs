//! The limit that is asked about.

use std::str::FromStr;

use clap::Args;
use memory_accounting::{ComponentBounds, MemoryGrant, Startup, StartupError, StartupSettings};

use crate::declared::Declared;
use crate::size::parse_size;

/// A limit, which may be that of a snapshot, and what of it is set aside.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct LimitArguments {
    /// Memory the process may use, such as 512MiB; 512Mi, as Kubernetes writes it, is the same. Of a snapshot that tells the program's limit, it is that
    /// one, with what was set aside of it, where this is not given
    #[arg(long = "limit", value_name = "SIZE", value_parser = parse_size, allow_negative_numbers = true)]
    bytes: Option<u64>,

    #[command(flatten)]
    slop: SlopArgument,
}

/// A limit, and what of it is set aside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    bytes: u64,
    slop: Slop,
    /// How it is called.
    name: &'static str,
}

/// What is set aside.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SlopArgument {
    /// What of the limit to set aside for what no component declares, such as code, stacks and fragmentation: a part of it, such as 15% or
    /// 0.15, or a size, such as 64MiB. 15% where nothing else is known
    #[arg(long = "slop", value_name = "SLOP", allow_negative_numbers = true)]
    slop: Option<Slop>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Slop {
    Part(f64),
    Bytes(u64),
}

impl FromStr for Slop {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no part of a limit; write 15%, 0.15 or a size such as 64MiB");
        let part = match text.strip_suffix('%') {
            Some(percent) => percent.trim_end().parse::<f64>().map_err(|_| wrong())? / 100.0,
            None => match text.parse::<f64>() {
                Ok(part) => part,
                Err(_) => return parse_size(text).map(Self::Bytes).map_err(|_| wrong()),
            },
        };
        // As a number of bytes it would have a unit.
        if (0.0..1.0).contains(&part) { Ok(Self::Part(part)) } else { Err(wrong()) }
    }
}

impl Slop {
    const USUAL: Self = Self::Part(MemoryGrant::DEFAULT_SLOP_FACTOR);

    /// The settings of a start without a limit.
    fn settings(self) -> StartupSettings {
        let mut settings = StartupSettings::default();
        (settings.slop_factor, settings.slop_bytes) = match self {
            Self::Part(part) => (part, 0),
            Self::Bytes(bytes) => (0.0, bytes),
        };
        settings
    }
}

impl SlopArgument {
    /// The settings of a start without a limit.
    pub(crate) fn settings(self) -> StartupSettings {
        self.slop.unwrap_or(Slop::USUAL).settings()
    }
}

impl LimitArguments {
    /// The limit that is given, else that of the program whose snapshot is asked about.
    pub(crate) fn limit(self, declared: &Declared) -> Option<Limit> {
        let slop = self.slop.slop;
        let given =
            self.bytes.map(|bytes| Limit { bytes, slop: slop.unwrap_or(Slop::USUAL), name: "--limit" });
        given.or_else(|| {
            let known = declared.limit?;
            let set_aside = known.bytes.saturating_sub(known.effective_bytes);
            let slop = slop.unwrap_or(Slop::Bytes(set_aside));
            Some(Limit { bytes: known.bytes, slop, name: "the program's limit" })
        })
    }

    /// The same where there has to be one.
    pub(crate) fn needed(self, declared: &Declared) -> Result<Limit, LimitMissing> {
        self.limit(declared).ok_or(LimitMissing)
    }
}

/// Nobody says what has to be fitted.
#[derive(Debug, thiserror::Error)]
#[error("how much memory may the process use? Give it with --limit, such as --limit 512MiB")]
pub(crate) struct LimitMissing;

impl Limit {
    /// A start with this limit.
    pub(crate) fn startup(self) -> Startup {
        let mut settings = self.slop.settings();
        settings.limit_bytes = Some(self.bytes);
        Startup::new(settings).with_limit_setting(self.name)
    }

    /// The limit, less what is set aside.
    pub(crate) fn grant(self) -> Result<MemoryGrant, StartupError> {
        // Nothing fits into anything that is a limit at all.
        Ok(self.startup().check(&ComponentBounds::default())?.verified.grant())
    }

    /// What is left of the limit for what components declare, in bytes.
    pub(crate) fn available_bytes(self) -> Result<usize, StartupError> {
        Ok(self.grant()?.effective_limit_bytes())
    }

    pub(crate) fn bytes(self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slop_is_a_part_or_a_size() {
        let slop = |text: &str| text.parse::<Slop>();
        assert_eq!(
            [slop("15%"), slop("0.15"), slop("0")],
            [0.15, 0.15, 0.0].map(|part| Ok(Slop::Part(part)))
        );
        assert_eq!(slop("64MiB"), Ok(Slop::Bytes(64 << 20)));
        for text in ["15", "-1%", "100%", "nan", "much", ""] {
            let wrong = format!("`{text}` is no part of a limit; write 15%, 0.15 or a size such as 64MiB");
            assert_eq!(slop(text), Err(wrong));
        }
    }
}

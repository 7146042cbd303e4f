//! The limit that is asked about.

use std::str::FromStr;

use clap::Args;
use memory_accounting::{ComponentBounds, MemoryGrant, Startup, StartupError, StartupSettings};

use crate::declared::Declared;
use crate::size::parse_size;

/// A limit, which may be that of a snapshot, and what of it is set aside.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct LimitArguments {
    /// Memory the process may use, such as 512MiB; 512Mi, as Kubernetes writes it, is the same. Where this is not given, it is the limit of the
    /// settings file, if there is one. Of a snapshot that tells the program's limit, it is that
    /// one, with what was set aside of it, where this is not given
    #[arg(long = "limit", value_name = "SIZE", value_parser = parse_size, allow_negative_numbers = true)]
    bytes: Option<u64>,

    #[command(flatten)]
    slop: SlopArgument,
}

/// A limit, and what of it is set aside.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    bytes: u64,
    /// What is set aside.
    settings: StartupSettings,
    /// How it is called.
    name: String,
}

/// What is set aside.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SlopArgument {
    /// What of the limit to set aside for what no component declares, such as code, stacks and fragmentation: a part of it, such as 15% or
    /// 0.15, or a size, such as 64MiB. What the settings file says, and 15% where nothing else is known
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
    /// The settings of a start without a limit: what is given, else those of the program's file.
    pub(crate) fn settings(self, declared: &Declared) -> StartupSettings {
        self.known(declared).unwrap_or_else(|| Slop::USUAL.settings())
    }

    /// The same, if there are any.
    fn known(self, declared: &Declared) -> Option<StartupSettings> {
        let of_file = || {
            let table = declared.startup.as_ref().filter(|table| table.sets_aside)?;
            let mut settings = StartupSettings::default();
            (settings.slop_factor, settings.slop_bytes) =
                (table.settings.slop_factor, table.settings.slop_bytes);
            Some(settings)
        };
        self.slop.map(Slop::settings).or_else(of_file)
    }
}

impl LimitArguments {
    /// The limit that is given, else that of the program's settings file, else that of the program whose snapshot is asked about.
    pub(crate) fn limit(self, declared: &Declared) -> Option<Limit> {
        let of_file = || {
            let table = declared.startup.as_ref()?;
            Some((table.settings.limit_bytes?, format!("{}.limit", table.name)))
        };
        let given = self.bytes.map(|bytes| (bytes, "--limit".to_owned())).or_else(of_file);
        if let Some((bytes, name)) = given {
            return Some(Limit { bytes, settings: self.slop.settings(declared), name });
        }
        let known = declared.limit?;
        let set_aside = Slop::Bytes(known.bytes.saturating_sub(known.effective_bytes));
        let settings = self.slop.known(declared).unwrap_or_else(|| set_aside.settings());
        Some(Limit { bytes: known.bytes, settings, name: "the program's limit".to_owned() })
    }

    /// The settings of a start without a limit.
    pub(crate) fn settings(self, declared: &Declared) -> StartupSettings {
        self.slop.settings(declared)
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
    /// So many bytes, tried by an operator.
    pub(crate) fn tried(bytes: u64, settings: StartupSettings) -> Self {
        Self { bytes, settings, name: "limit".to_owned() }
    }

    /// A start with this limit.
    pub(crate) fn startup(&self) -> Startup {
        let mut settings = self.settings.clone();
        settings.limit_bytes = Some(self.bytes);
        Startup::new(settings).with_limit_setting(self.name.as_str())
    }

    /// The limit, less what is set aside.
    pub(crate) fn grant(&self) -> Result<MemoryGrant, StartupError> {
        // Nothing fits into anything that is a limit at all.
        Ok(self.startup().check(&ComponentBounds::default())?.verified.grant())
    }

    /// What is left of the limit for what components declare, in bytes.
    pub(crate) fn available_bytes(&self) -> Result<usize, StartupError> {
        Ok(self.grant()?.effective_limit_bytes())
    }

    pub(crate) fn bytes(&self) -> u64 {
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

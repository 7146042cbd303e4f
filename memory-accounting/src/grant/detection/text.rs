//! A detection as a service prints it when it starts.

use std::fmt::{self, Write as _};
use std::path::Path;

use super::Detection;
use super::source::{GroupLimit, LimitSource, LimitState, LimitedGroup, UnknownReason, UnreadFile};
use crate::bytes::Bytes;

impl fmt::Display for Detection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = match &self.state {
            LimitState::Limited { bytes, source } => {
                write!(f, "limited to {} by {source}", Bytes(*bytes))?;
                "pass the limit if it is tighter"
            }
            LimitState::NotLimited => {
                write!(f, "not limited by a control group{}", Machine(self.physical_bytes))?;
                "pass the limit if there is one"
            }
            LimitState::Unknown { reason } => {
                write!(f, "limit unknown{}: {reason}", Machine(self.physical_bytes))?;
                "pass the limit if there is one"
            }
        };
        self.unread.iter().try_for_each(|file| write!(f, "\n{file}; make it readable, or {advice}"))
    }
}

/// How much memory there is where no limit is known.
struct Machine(Option<u64>);

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |bytes| write!(f, ", the machine has {}", Bytes(bytes)))
    }
}

impl fmt::Display for LimitSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlGroup(limit) => limit.fmt(f),
            Self::PhysicalMemory { instead_of: limit } => {
                write!(f, "physical memory, less than the {} of {limit}", Bytes(limit.bytes))
            }
        }
    }
}

impl fmt::Display for GroupLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, setting, group, .. } = self;
        let (name, version) = (setting.name(), setting.cgroup_version());
        write!(f, "{name} of {group} (cgroup v{version}, {})", Shown(file))
    }
}

impl fmt::Display for LimitedGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own { path } => write!(f, "the process's own group {}", Shown(path)),
            Self::Ancestor { path } => write!(f, "the group {} around the process's own", Shown(path)),
            Self::HiddenAncestor => f.write_str("a group around the process's own that is not mounted here"),
            Self::Mounted { at } => {
                write!(f, "the group mounted at {}, as the process's own is not mounted", Shown(at))
            }
        }
    }
}

impl fmt::Display for UnknownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnsupportedSystem => "it is looked for on Linux only; pass it if there is one",
            Self::NotMounted => {
                "no control group that limits memory is mounted; mount it at /sys/fs/cgroup, or pass the limit if there is one"
            }
            Self::OwnNotMounted => {
                "the process's own control group is not mounted, and the one that is sets none; pass the limit if there is one"
            }
            Self::Unread => "no file that tells it can be read",
            Self::PartlyUnread => {
                "none was found, but not all files can be read"
            }
        })
    }
}

impl fmt::Display for UnreadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, reason } = self;
        write!(f, "cannot read {}: {reason}", Shown(path))
    }
}

/// A path on one line, whatever is in it.
struct Shown<'a>(&'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string_lossy();
        text.chars().try_for_each(|character| match character {
            control if control.is_control() => {
                control.escape_default().try_for_each(|part| f.write_char(part))
            }
            other => f.write_char(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Shown;

    #[test]
    fn a_path_stays_on_its_line() {
        assert_eq!(Shown(Path::new("/srv/ä b\n\u{1b}[31m")).to_string(), r"/srv/ä b\n\u{1b}[31m");
    }
}

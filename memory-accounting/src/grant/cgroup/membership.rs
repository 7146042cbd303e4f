//! Which group limits the memory of the process: `/proc/self/cgroup`.

use std::path::PathBuf;

use super::path_of;
use crate::system::GroupVersion;

/// The group of the process in the hierarchy that limits memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) version: GroupVersion,
    /// Its path in the hierarchy, as the process's cgroup namespace shows it. It may begin with `/..`.
    pub(super) path: PathBuf,
}

/// A line is not `ID:CONTROLLERS:PATH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Reads a `/proc/self/cgroup`; `None` where no hierarchy can limit memory.
///
/// A controller is attached to one hierarchy only (cgroup-v2.rst, "Mounting"): where one of v1 has `memory`, v2 does not limit
/// memory. Where there is no line for v2, nothing has ever mounted it. The path is the rest of the line, raw: it may hold colons
/// and need not be UTF-8 (`proc_cgroup_show` in `kernel/cgroup/cgroup.c`).
pub(super) fn parse(text: &[u8]) -> Result<Option<Membership>, Malformed> {
    let mut unified = None;
    let mut malformed = false;
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut fields = line.splitn(3, |byte| *byte == b':');
        let (Some(_), Some(controllers), Some(path @ [b'/', ..])) =
            (fields.next(), fields.next(), fields.next())
        else {
            malformed = true;
            continue;
        };
        let path = path_of(path);
        if controllers.split(|byte| *byte == b',').any(|controller| controller == b"memory") {
            return Ok(Some(Membership { version: GroupVersion::V1, path }));
        }
        if controllers.is_empty() {
            unified = Some(Membership { version: GroupVersion::V2, path });
        }
    }
    match unified {
        None if malformed => Err(Malformed),
        found => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group(version: GroupVersion, path: &[u8]) -> Membership {
        Membership { version, path: path_of(path) }
    }

    #[test]
    fn a_v1_hierarchy_with_memory_is_the_one_that_limits() {
        let expected = Ok(Some(group(GroupVersion::V1, b"/app")));
        assert_eq!(parse(b"0::/other\n4:cpu,memory:/app\n"), expected);
        assert_eq!(parse(b"4:cpu,memory:/app\n0::/other\n"), expected);
    }

    #[test]
    fn otherwise_it_is_v2() {
        assert_eq!(
            parse(b"3:memory_other:/x\n1:name=systemd:/y\n0::/app\n"),
            Ok(Some(group(GroupVersion::V2, b"/app")))
        );
    }

    #[test]
    fn without_either_nothing_limits_memory() {
        assert_eq!(parse(b""), Ok(None));
        assert_eq!(parse(b"1:name=systemd:/init.scope\n"), Ok(None));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_keeps_its_colons_and_bytes() {
        assert_eq!(parse(b"0::/a:b:\xff\n"), Ok(Some(group(GroupVersion::V2, b"/a:b:\xff"))));
    }

    #[test]
    fn a_malformed_line_matters_where_no_other_tells() {
        assert_eq!(parse(b"0::relative\n"), Err(Malformed));
        assert_eq!(parse(b"nonsense\n1:name=systemd:/\n"), Err(Malformed));
        assert_eq!(parse(b"nonsense\n0::/app\n"), Ok(Some(group(GroupVersion::V2, b"/app"))));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(&text);
        }
    }
}

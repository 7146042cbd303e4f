//! Where the hierarchies are mounted: `/proc/self/mountinfo`.

use std::path::PathBuf;

use super::path_of;
use crate::system::GroupVersion;

/// A mount of a hierarchy that limits memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount {
    /// The group that is seen at the mount point.
    pub(super) root: PathBuf,
    pub(super) point: PathBuf,
}

/// The mounts of the hierarchies of `version`, as a `/proc/self/mountinfo` lists them.
///
/// It is read as bytes, since any line may hold names that are not UTF-8. A line that is not understood is left out.
pub(super) fn parse(text: &[u8], version: GroupVersion) -> Vec<Mount> {
    let lines: Vec<_> = text.split(|byte| *byte == b'\n').filter_map(Line::parse).collect();
    let hidden = |at: usize, line: &Line<'_>| {
        lines.iter().skip(at.saturating_add(1)).any(|later| later.point == line.point)
    };
    lines
        .iter()
        .enumerate()
        .filter(|(at, line)| line.limits_memory(version) && !hidden(*at, line))
        .map(|(_, line)| Mount {
            root: path_of(&unescaped(line.root)),
            point: path_of(&unescaped(line.point)),
        })
        .collect()
}

/// The fields that matter, as they are written. proc(5) numbers them, under `/proc/pid/mountinfo`:
///
/// ```text
/// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
/// (1)(2)(3)   (4)   (5)      (6)      (7)   (8) (9)   (10)         (11)
/// ```
struct Line<'a> {
    root: &'a [u8],
    point: &'a [u8],
    kind: &'a [u8],
    options: &'a [u8],
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        // A source may be empty: two spaces are two ends of fields.
        let mut fields = line.split(|byte| *byte == b' ').skip(3);
        let (root, point) = (fields.next()?, fields.next()?);
        let mut fields = fields.skip(1).skip_while(|field| *field != b"-").skip(1);
        let (kind, _source, options) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Self { root, point, kind, options })
    }

    fn limits_memory(&self, version: GroupVersion) -> bool {
        match version {
            GroupVersion::V1 => {
                self.kind == b"cgroup"
                    && self.options.split(|byte| *byte == b',').any(|option| option == b"memory")
            }
            GroupVersion::V2 => self.kind == b"cgroup2",
        }
    }
}

/// Undoes what the kernel does to a space, tab, newline and backslash in a field: `\` and three octal digits, as proc(5) says of
/// `/proc/mounts` (`mangle_path` in `fs/seq_file.c`).
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    loop {
        rest = match rest {
            [b'\\', high @ b'0'..=b'3', middle @ b'0'..=b'7', low @ b'0'..=b'7', after @ ..] => {
                bytes.push((high & 3) << 6 | (middle & 7) << 3 | (low & 7));
                after
            }
            [byte, after @ ..] => {
                bytes.push(*byte);
                after
            }
            [] => return bytes,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn points(text: &[u8], version: GroupVersion) -> Vec<PathBuf> {
        parse(text, version).into_iter().map(|mount| mount.point).collect()
    }

    #[test]
    fn the_root_and_the_point_are_unescaped() {
        let text = br"30 23 0:26 /my\134x2dapp /srv/my\040apps rw - cgroup2 cgroup2 rw";
        let mounts = parse(text, GroupVersion::V2);
        assert_eq!(
            mounts,
            [Mount { root: r"/my\x2dapp".into(), point: Path::new("/srv/my apps").to_path_buf() }]
        );
    }

    #[test]
    fn optional_fields_empty_sources_and_dashes_change_nothing() {
        let text = b"30 23 0:26 / /a rw shared:4 master:1 - cgroup2  rw\n\
                     31 23 0:26 /- /- rw - cgroup2 - rw\n";
        assert_eq!(points(text, GroupVersion::V2), [Path::new("/a"), Path::new("/-")]);
    }

    #[test]
    fn of_v1_only_the_hierarchy_with_memory_counts() {
        let text = b"35 31 0:32 / /memory rw - cgroup cgroup rw,cpu,memory\n\
                     36 31 0:33 / /cpu rw - cgroup cgroup rw,cpu\n\
                     37 31 0:34 / /tmp rw - tmpfs memory rw,memory\n\
                     38 31 0:35 / /unified rw - cgroup2 cgroup2 rw\n";
        assert_eq!(points(text, GroupVersion::V1), [Path::new("/memory")]);
        assert_eq!(points(text, GroupVersion::V2), [Path::new("/unified")]);
    }

    #[test]
    fn of_several_mounts_at_one_point_the_last_is_seen() {
        let text =
            b"30 23 0:26 /old /a rw - cgroup2 cgroup2 rw\n31 30 0:26 /new /a rw - cgroup2 cgroup2 rw\n";
        assert_eq!(parse(text, GroupVersion::V2), [Mount { root: "/new".into(), point: "/a".into() }]);
        let text = b"30 23 0:26 / /a rw - cgroup2 cgroup2 rw\n31 30 0:40 / /a rw - tmpfs tmpfs rw\n";
        assert_eq!(parse(text, GroupVersion::V2), []);
    }

    #[test]
    fn lines_that_are_cut_off_are_left_out() {
        let line = b"30 23 0:26 / /a rw - cgroup2 cgroup2 rw";
        for end in 0..line.len() - 3 {
            assert_eq!(parse(&line[..end], GroupVersion::V2), [], "{end}");
        }
    }

    #[test]
    fn only_a_whole_octal_number_is_an_escape() {
        let cases: [(&[u8], &[u8]); 6] = [
            (br"\040\011\012\134", b" \t\n\\"),
            (br"\377\000", b"\xff\0"),
            (br"\400\08\x2d", br"\400\08\x2d"),
            (br"\04", br"\04"),
            (br"\\040", b"\\ "),
            (br"\1340", br"\0"),
        ];
        for (written, meant) in cases {
            assert_eq!(unescaped(written), meant, "{}", written.escape_ascii());
        }
    }

    /// As the kernel writes a field.
    fn escaped(name: &[u8]) -> Vec<u8> {
        let escape = |byte: &u8| match byte {
            b' ' | b'\t' | b'\n' | b'\\' => format!("\\{byte:03o}").into_bytes(),
            byte => vec![*byte],
        };
        name.iter().flat_map(escape).collect()
    }

    proptest! {
        #[test]
        fn unescaping_gives_back_what_the_kernel_escaped(name in proptest::collection::vec(any::<u8>(), 0..32)) {
            prop_assert_eq!(unescaped(&escaped(&name)), name);
        }

        #[test]
        fn nothing_panics(text in proptest::collection::vec(any::<u8>(), 0..64), words in "[ \\\\0-9a-z/\n-]{0,80}") {
            for text in [&text[..], words.as_bytes()] {
                parse(text, GroupVersion::V1);
                parse(text, GroupVersion::V2);
            }
        }
    }
}

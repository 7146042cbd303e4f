//! The limits of groups: the files of the memory controller.

use std::path::{Path, PathBuf};

use super::places::Place;
use crate::grant::detection::{GroupLimit, LimitSetting, LimitedGroup};
use crate::grant::files::{Contents, Files};
use crate::system::GroupVersion;

/// Above this, a number means "no limit": 64-bit kernels write the greatest signed number of bytes in v1, rounded down to whole pages
/// (`PAGE_COUNTER_MAX` in `include/linux/page_counter.h`), and older ones the greatest unsigned. No machine has 8 PiB.
const GREATEST_LIMIT: u64 = 1 << 53;

/// "No limit" of 32-bit kernels in v1: the greatest signed number of pages, of 4 KiB each.
const NO_LIMIT_OF_32_BITS: u64 = 0x7FFF_FFFF * 4096;

/// What the files of the groups around the process say.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Those that are set; of equal ones the nearest to the process comes first.
    set: Vec<GroupLimit>,
    /// Those of v1 that `hierarchical_memory_limit` stands for.
    around: Vec<GroupLimit>,
    known: Vec<(LimitedGroup, LimitSetting)>,
    unknown: Vec<(LimitedGroup, LimitSetting)>,
}

impl Limits {
    /// Reads the limits of a chain of groups, innermost first.
    pub(super) fn read(&mut self, version: GroupVersion, chain: &[Place], files: &mut Files<'_>) {
        match version {
            GroupVersion::V1 => self.read_v1(chain, files),
            GroupVersion::V2 => self.read_v2(chain, files),
        }
    }

    pub(super) fn tightest(&self) -> Option<&GroupLimit> {
        self.set.iter().min_by_key(|limit| limit.bytes)
    }

    /// The tightest limit of each group, those first that are the tightest.
    pub(super) fn by_group(&self) -> impl Iterator<Item = &GroupLimit> {
        let mut limits: Vec<_> = self.set.iter().chain(&self.around).collect();
        // Of equal ones those first of which it is seen whose they are.
        limits.sort_by_key(|limit| (limit.bytes, limit.group == LimitedGroup::HiddenAncestor));
        let mut known: Vec<&GroupLimit> = Vec::new();
        for limit in limits {
            // A group may be seen through two mounts, and a hidden one be the one that is known by now.
            let is_known = known.iter().any(|known| {
                let is_it = match limit.group {
                    LimitedGroup::HiddenAncestor => known.bytes == limit.bytes,
                    _ => known.group == limit.group,
                };
                is_it || known.file.parent() == limit.file.parent()
            });
            if !is_known {
                known.push(limit);
            }
        }
        known.into_iter()
    }

    /// Whether any file was read.
    pub(super) fn are_known(&self) -> bool {
        !self.known.is_empty()
    }

    /// Whether a file could not be read, through no mount.
    pub(super) fn have_gaps(&self) -> bool {
        self.unknown.iter().any(|gap| !self.known.contains(gap))
    }

    /// Beyond `memory.max` the kernel kills; beyond `memory.high` it throttles and reclaims (cgroup-v2.rst, "Memory Interface Files").
    fn read_v2(&mut self, chain: &[Place], files: &mut Files<'_>) {
        for place in chain {
            for setting in [LimitSetting::MemoryMax, LimitSetting::MemoryHigh] {
                self.read_setting(place, setting, files);
            }
        }
    }

    /// `hierarchical_memory_limit` is the tightest of all the limits that hold for the group, also of groups that are not mounted here
    /// (cgroup-v1/memory.rst, section 5.2; `memcg_stat_show`). Without it, the groups around count up to the first whose
    /// `use_hierarchy` is 0 (section 6).
    fn read_v1(&mut self, chain: &[Place], files: &mut Files<'_>) {
        let Some((own, around)) = chain.split_first() else {
            return;
        };
        self.read_setting(own, LimitSetting::LimitInBytes, files);
        match self.read_setting(own, LimitSetting::HierarchicalMemoryLimit, files) {
            Contents::Read(bytes) => {
                // It includes the group's own limit, should that be unreadable.
                self.known.push((own.group.clone(), LimitSetting::LimitInBytes));
                self.name_ancestor(bytes, around, files);
            }
            Contents::Missing | Contents::Unread => {
                for place in around {
                    if !uses_hierarchy(place, files) {
                        break;
                    }
                    self.read_setting(place, LimitSetting::LimitInBytes, files);
                }
            }
        }
    }

    /// Puts the file of the ancestor that sets the hierarchical limit before it, where that is seen and not the group's own.
    fn name_ancestor(&mut self, bytes: Option<u64>, around: &[Place], files: &Files<'_>) {
        let setting = LimitSetting::LimitInBytes;
        let limit = |place: &Place| {
            let text = files.peek(&setting.file_in(&place.directory))?;
            Some(limit_of(place, setting, parse(setting, &text).ok()??))
        };
        let limits: Vec<_> = around.iter().map(|place| (place, limit(place))).collect();
        let holding = limits.iter().take_while(|(place, _)| uses_hierarchy(place, files));
        self.around.extend(holding.filter_map(|(_, limit)| limit.clone()));
        let Some(bytes) = bytes else {
            return;
        };
        if self.set.iter().any(|limit| limit.setting == setting && limit.bytes == bytes) {
            return;
        }
        let mut limits = limits.into_iter().filter_map(|(_, limit)| limit);
        if let Some(limit) = limits.find(|limit| limit.bytes == bytes) {
            self.set.insert(0, limit);
        }
    }

    fn read_setting(
        &mut self,
        place: &Place,
        setting: LimitSetting,
        files: &mut Files<'_>,
    ) -> Contents<Option<u64>> {
        let path = setting.file_in(&place.directory);
        let contents = match files.read(&path) {
            Contents::Read(text) => match parse(setting, &text) {
                Ok(bytes) => Contents::Read(bytes),
                Err(reason) => {
                    files.note(&path, reason);
                    Contents::Unread
                }
            },
            Contents::Missing => return Contents::Missing,
            Contents::Unread => Contents::Unread,
        };
        match contents {
            Contents::Read(bytes) => {
                self.known.push((place.group.clone(), setting));
                self.set.extend(bytes.map(|bytes| limit_of(place, setting, bytes)));
            }
            Contents::Missing | Contents::Unread => self.unknown.push((place.group.clone(), setting)),
        }
        contents
    }
}

fn limit_of(place: &Place, setting: LimitSetting, bytes: u64) -> GroupLimit {
    let group = match setting {
        LimitSetting::HierarchicalMemoryLimit => LimitedGroup::HiddenAncestor,
        _ => place.group.clone(),
    };
    GroupLimit { bytes, file: setting.file_in(&place.directory), setting, group }
}

/// Whether the limit of a group holds for the groups in it; so where that is not known. Since Linux 5.11 it always does.
fn uses_hierarchy(place: &Place, files: &Files<'_>) -> bool {
    files.peek(&place.directory.join("memory.use_hierarchy")).is_none_or(|text| text.trim_ascii() != b"0")
}

/// The number of bytes in a file, `None` for no limit; or what is wrong with it.
fn parse(setting: LimitSetting, text: &[u8]) -> Result<Option<u64>, String> {
    let number = match setting {
        LimitSetting::HierarchicalMemoryLimit => text
            .split(|byte| *byte == b'\n')
            .find_map(|line| line.strip_prefix(b"hierarchical_memory_limit "))
            .ok_or("no `hierarchical_memory_limit` in it")?,
        _ => text,
    };
    let number = number.trim_ascii();
    if number == b"max" {
        return Ok(None);
    }
    let bytes = std::str::from_utf8(number).ok().and_then(|number| number.parse::<u64>().ok());
    let bytes = bytes.ok_or_else(|| format!("`{}` is not a number of bytes", number.escape_ascii()))?;
    Ok((bytes <= GREATEST_LIMIT && bytes != NO_LIMIT_OF_32_BITS).then_some(bytes))
}

impl LimitSetting {
    fn file_in(self, directory: &Path) -> PathBuf {
        directory.join(match self {
            Self::MemoryMax => "memory.max",
            Self::MemoryHigh => "memory.high",
            Self::LimitInBytes => "memory.limit_in_bytes",
            Self::HierarchicalMemoryLimit => "memory.stat",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_to_write_no_limit_is_none() {
        for text in ["max\n", "9223372036854771712\n", "9223372036854710272\n", "9223372036854775807\n"] {
            assert_eq!(parse(LimitSetting::LimitInBytes, text.as_bytes()), Ok(None), "{text}");
        }
        for text in ["18446744073709551615\n", "8796093018112\n", "9007199254740993\n"] {
            assert_eq!(parse(LimitSetting::LimitInBytes, text.as_bytes()), Ok(None), "{text}");
        }
    }

    #[test]
    fn limits_up_to_the_greatest_are_numbers() {
        for bytes in [0, 4096, 8_796_093_018_111, 9_007_199_254_740_992_u64] {
            assert_eq!(parse(LimitSetting::MemoryMax, format!("{bytes}\n").as_bytes()), Ok(Some(bytes)));
        }
    }

    #[test]
    fn what_is_no_number_is_quoted() {
        for (text, quoted) in [("lots\n", "`lots`"), ("", "``"), ("-1\n", "`-1`"), ("1 2\n", "`1 2`")] {
            let error = parse(LimitSetting::MemoryMax, text.as_bytes()).unwrap_err();
            assert_eq!(error, format!("{quoted} is not a number of bytes"));
        }
        let error = parse(LimitSetting::MemoryMax, b"\xff").unwrap_err();
        assert_eq!(error, r"`\xff` is not a number of bytes");
    }

    #[test]
    fn the_hierarchical_limit_is_a_line_of_its_file() {
        let stat = b"cache 1\nhierarchical_memory_limit 1073741824\nhierarchical_memsw_limit 5\n";
        assert_eq!(parse(LimitSetting::HierarchicalMemoryLimit, stat), Ok(Some(1 << 30)));
        let error = parse(LimitSetting::HierarchicalMemoryLimit, b"cache 1\n").unwrap_err();
        assert_eq!(error, "no `hierarchical_memory_limit` in it");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(LimitSetting::MemoryMax, &text);
            let _ = parse(LimitSetting::HierarchicalMemoryLimit, &text);
        }
    }
}

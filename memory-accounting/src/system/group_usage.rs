//! How much memory a control group uses, and how much of it the kernel can take back.

use std::io;

use super::kernel_file::{KernelFile, about, fields, number};
use super::memory_group::{GroupVersion, MemoryGroup};

/// The memory of a group and of those below it, of all their processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupMemory {
    /// What counts against the limit, in bytes.
    ///
    /// Each processor has up to 64 pages charged in advance (`MEMCG_CHARGE_BATCH`, `include/linux/memcontrol.h`), so it may be more than is used.
    pub(crate) usage_bytes: u64,
    /// The part that the kernel takes back before it kills, in bytes: mostly page cache and mapped files; see [`GroupUsageReader`].
    pub(crate) file_bytes: u64,
}

impl GroupMemory {
    /// What the kernel would kill for: the bytes that it cannot take back, short of swapping.
    pub(crate) fn unreclaimable_bytes(self) -> u64 {
        self.usage_bytes.saturating_sub(self.file_bytes)
    }
}

/// Reads the memory of one group.
///
/// # What the kernel takes back
///
/// Before it kills, the kernel goes through its lists of file pages (`get_scan_count`, `mm/vmscan.c`). Two numbers tell how much that
/// gives, neither of them right alone, so the smaller one counts:
///
/// - All pages of files less those of shared memory and tmpfs, which can only be swapped: `file − shmem`, in v1 `cache − shmem`. Locked
///   pages, ramfs and what is on its way to swap are in it, and cannot be taken back. Kernels before 4.12 or so do not tell `shmem`.
/// - The lengths of the lists: `inactive_file + active_file`. None of the above are on them. But memory freed with `MADV_FREE` is
///   (`lru_lazyfree`, `mm/swap.c`), and stays there when it is used again until the kernel needs it: a program that reuses its memory
///   would seem to use none.
///
/// Dirty pages and those being written back are in both. The kernel waits for the disk rather than kill (`shrink_folio_list`,
/// `mm/vmscan.c`), which shows as pressure stall, and v2 holds back who dirties more than a part of the group (`balance_dirty_pages`,
/// `mm/page-writeback.c`).
///
/// In v2, `slab_reclaimable` counts as well: names and inodes of files that were looked at, which fill a group as page cache does. The
/// kernel shrinks it together with the lists (`shrink_node_memcgs`, `mm/vmscan.c`), and takes nearly all of it for available itself
/// (`si_mem_available`, `mm/show_mem.c`). v1 does not tell it, so there it is used memory.
#[derive(Debug)]
pub(crate) struct GroupUsageReader {
    usage: KernelFile,
    stat: KernelFile,
    version: GroupVersion,
}

impl GroupUsageReader {
    /// # Errors
    ///
    /// Where a file of the group is missing or may not be read; the message has its path.
    pub(crate) fn open(group: &MemoryGroup) -> io::Result<Self> {
        let name = match group.version {
            GroupVersion::V1 => "memory.usage_in_bytes",
            GroupVersion::V2 => "memory.current",
        };
        let path = group.directory.join(name);
        let usage = KernelFile::open(path.clone()).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                about(&path, "missing: the root group, or no memory controller", error.kind())
            }
            _ => error,
        })?;
        let stat = KernelFile::open(group.directory.join("memory.stat"))?;
        Ok(Self { usage, stat, version: group.version })
    }

    /// Two system calls and no allocation, whatever the size of the group.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read (the group was removed) or lacks a number; the message has its path.
    pub(crate) fn read(&mut self) -> io::Result<GroupMemory> {
        let file_bytes = match file_bytes(self.stat.read()?, self.version) {
            Ok(bytes) => bytes,
            Err(missing) => return Err(self.stat.lacks(missing)),
        };
        match number(self.usage.read()?) {
            Some(usage_bytes) => Ok(GroupMemory { usage_bytes, file_bytes }),
            None => Err(self.usage.lacks("a number")),
        }
    }
}

/// The bytes the kernel can take back by the text of `memory.stat`; the name of what is not there otherwise.
///
/// v1 tells what belongs to the group alone and, as `total_`, to the groups below it too, which its usage includes. Where it is set not to
/// include those, `total_` does not either (`mem_cgroup_iter`, `mm/memcontrol.c`, before Linux 5.11).
fn file_bytes(stat: &[u8], version: GroupVersion) -> Result<u64, &'static str> {
    let names @ [.., inactive_name, active_name] = match version {
        GroupVersion::V1 => ["total_cache", "total_shmem", "total_inactive_file", "total_active_file"],
        GroupVersion::V2 => ["file", "shmem", "inactive_file", "active_file"],
    };
    let mut values = [None; 4];
    let mut slab = 0;
    for (name, bytes) in fields(stat) {
        if name == b"slab_reclaimable" {
            slab = bytes;
        }
        for (wanted, value) in names.iter().zip(&mut values) {
            if name == wanted.as_bytes() {
                *value = Some(bytes);
            }
        }
    }
    let [all, shared, inactive, active] = values;
    let listed = inactive.ok_or(inactive_name)?.saturating_add(active.ok_or(active_name)?);
    let pages = match (all, shared) {
        (Some(all), Some(shared)) => listed.min(all.saturating_sub(shared)),
        _ => listed,
    };
    Ok(pages.saturating_add(slab))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linux 4.4, Ubuntu 16.04: no `shmem`, no `workingset_*`.
    const V1_4_4: &str = "cache 9000000\nrss 5\nrss_huge 0\nmapped_file 7\ndirty 0\nwriteback 0\npgpgin 1\npgpgout 1\npgfault 1\n\
        pgmajfault 0\ninactive_anon 1\nactive_anon 2\ninactive_file 3\nactive_file 4\nunevictable 0\n\
        hierarchical_memory_limit 9223372036854771712\ntotal_cache 9000000\ntotal_rss 5\ntotal_rss_huge 0\n\
        total_mapped_file 7\ntotal_dirty 0\ntotal_writeback 0\ntotal_pgpgin 1\ntotal_pgpgout 1\ntotal_pgfault 1\n\
        total_pgmajfault 0\ntotal_inactive_anon 1\ntotal_active_anon 2\ntotal_inactive_file 3000\ntotal_active_file 4000\n\
        total_unevictable 0\n";

    /// Linux 5.4: `shmem`; with accounting of swap.
    const V1_5_4: &str = "cache 160000000\nrss 5\nrss_huge 0\nshmem 150000000\nmapped_file 0\ndirty 0\nwriteback 0\nswap 0\npgpgin 1\n\
        pgpgout 1\npgfault 1\npgmajfault 0\ninactive_anon 150000000\nactive_anon 2\ninactive_file 3\nactive_file 4\nunevictable 0\n\
        hierarchical_memory_limit 268435456\nhierarchical_memsw_limit 9223372036854771712\ntotal_cache 160000000\ntotal_rss 5\n\
        total_rss_huge 0\ntotal_shmem 150000000\ntotal_mapped_file 0\ntotal_dirty 0\ntotal_writeback 0\ntotal_swap 0\n\
        total_pgpgin 1\ntotal_pgpgout 1\ntotal_pgfault 1\ntotal_pgmajfault 0\ntotal_inactive_anon 150000000\ntotal_active_anon 2\n\
        total_inactive_file 6000000\ntotal_active_file 4000000\ntotal_unevictable 0\n";

    /// Linux 6.18, as read where 256 MiB of 1 GiB had been freed with `MADV_FREE`. It is the same text when they are used again.
    const V1_6_18: &str = "cache 0\nrss 1073778688\nrss_huge 0\nshmem 0\nmapped_file 0\ndirty 0\nwriteback 0\n\
        workingset_refault_anon 0\nworkingset_refault_file 0\nswap 0\nswapcached 0\npgpgin 262210\npgpgout 55\npgfault 262230\n\
        pgmajfault 0\ninactive_anon 805351424\nactive_anon 0\ninactive_file 268427264\nactive_file 0\nunevictable 0\n\
        hierarchical_memory_limit 9223372036854771712\nhierarchical_memsw_limit 9223372036854771712\ntotal_cache 0\n\
        total_rss 1073778688\ntotal_rss_huge 0\ntotal_shmem 0\ntotal_mapped_file 0\ntotal_dirty 0\ntotal_writeback 0\n\
        total_workingset_refault_anon 0\ntotal_workingset_refault_file 0\ntotal_swap 0\ntotal_swapcached 0\ntotal_pgpgin 262210\n\
        total_pgpgout 55\ntotal_pgfault 262230\ntotal_pgmajfault 0\ntotal_inactive_anon 805351424\ntotal_active_anon 0\n\
        total_inactive_file 268427264\ntotal_active_file 0\ntotal_unevictable 0\n";

    /// Linux 4.5, the first with v2: nothing of slabs and shared memory.
    const V2_4_5: &str = "anon 1\nfile 9000000\nsock 0\nfile_mapped 7\nfile_dirty 0\nfile_writeback 0\ninactive_anon 1\nactive_anon 2\n\
        inactive_file 3000\nactive_file 4000\nunevictable 0\npgfault 1\npgmajfault 0\n";

    /// Linux 5.15, Ubuntu 22.04.
    const V2_5_15: &str = "anon 1\nfile 160000000\nkernel_stack 49152\npagetables 4096\npercpu 0\nsock 0\nshmem 150000000\nfile_mapped 7\n\
        file_dirty 8192\nfile_writeback 4096\nswapcached 0\nanon_thp 0\nfile_thp 0\nshmem_thp 0\ninactive_anon 150000000\nactive_anon 1\n\
        inactive_file 6000000\nactive_file 4000000\nunevictable 0\nslab_reclaimable 500\nslab_unreclaimable 600\nslab 1100\n\
        workingset_refault_anon 0\nworkingset_refault_file 0\nworkingset_activate_anon 0\nworkingset_activate_file 0\n\
        workingset_restore_anon 0\nworkingset_restore_file 0\nworkingset_nodereclaim 0\npgfault 1\npgmajfault 0\npgrefill 0\n\
        pgscan 0\npgsteal 0\npgactivate 0\npgdeactivate 0\npglazyfree 0\npglazyfreed 0\nthp_fault_alloc 0\nthp_collapse_alloc 0\n";

    /// Linux 6.12, with a locked file of 2,000,000 bytes.
    const V2_6_12: &str = "anon 1\nfile 12000000\nkernel 9000\nkernel_stack 49152\npagetables 4096\nsec_pagetables 0\npercpu 0\nsock 0\n\
        vmalloc 0\nshmem 0\nzswap 0\nzswapped 0\nfile_mapped 2000000\nfile_dirty 0\nfile_writeback 0\nswapcached 0\nanon_thp 0\n\
        file_thp 0\nshmem_thp 0\ninactive_anon 0\nactive_anon 1\ninactive_file 6000000\nactive_file 4000000\nunevictable 2000000\n\
        slab_reclaimable 500\nslab_unreclaimable 600\nslab 1100\nworkingset_refault_anon 0\npgscan 0\npgsteal_khugepaged 0\n\
        pswpin 0\npgdemote_kswapd 0\nhugetlb 0\nof_some_later_kernel 1 2 3\n";

    #[test]
    fn v1_counts_the_file_lists_of_the_group_and_those_below() {
        assert_eq!(file_bytes(V1_4_4.as_bytes(), GroupVersion::V1), Ok(7000));
    }

    #[test]
    fn shared_memory_is_no_file() {
        assert_eq!(file_bytes(V1_5_4.as_bytes(), GroupVersion::V1), Ok(10_000_000));
        assert_eq!(file_bytes(V2_5_15.as_bytes(), GroupVersion::V2), Ok(10_000_500));
    }

    #[test]
    fn what_was_freed_with_madv_free_may_be_used_again() {
        assert_eq!(file_bytes(V1_6_18.as_bytes(), GroupVersion::V1), Ok(0));
    }

    #[test]
    fn v2_is_read_where_slabs_and_shared_memory_are_not_told() {
        assert_eq!(file_bytes(V2_4_5.as_bytes(), GroupVersion::V2), Ok(7000));
    }

    #[test]
    fn a_locked_file_cannot_be_taken_back() {
        assert_eq!(file_bytes(V2_6_12.as_bytes(), GroupVersion::V2), Ok(10_000_500));
    }

    #[test]
    fn a_text_without_a_number_says_which() {
        for name in ["inactive_file", "active_file"] {
            let without: String =
                V2_5_15.split_inclusive('\n').filter(|line| !line.starts_with(name)).collect();
            assert_eq!(file_bytes(without.as_bytes(), GroupVersion::V2), Err(name));
        }
        assert_eq!(file_bytes(V2_5_15.as_bytes(), GroupVersion::V1), Err("total_inactive_file"));
        assert_eq!(file_bytes(b"", GroupVersion::V2), Err("inactive_file"));
    }

    #[test]
    fn more_files_than_usage_leave_nothing_to_kill_for() {
        assert_eq!(GroupMemory { usage_bytes: 10, file_bytes: 4 }.unreclaimable_bytes(), 6);
        assert_eq!(GroupMemory { usage_bytes: 4, file_bytes: 10 }.unreclaimable_bytes(), 0);
    }

    #[test]
    fn a_folder_without_usage_says_what_it_may_be() {
        let group = MemoryGroup { directory: "/no/such/group".into(), version: GroupVersion::V2 };
        let error = GroupUsageReader::open(&group).expect_err("missing");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(
            error.to_string(),
            "/no/such/group/memory.current: missing: the root group, or no memory controller"
        );
    }
}

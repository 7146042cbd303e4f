//! Storage: column families, pools, segments, sizes that are texts, and newtypes of sizes.

use std::marker::PhantomData;

use memory_accounting::sizing::{LargestThatFits, explain};
use memory_accounting::{ComponentBounds, ConfigValue, MemoryBounds};
use serde::{Deserialize, Deserializer};

use super::{arithmetic, bytes, keys};

/// A size as its program has it.
#[derive(Clone, Copy, Deserialize, ConfigValue)]
struct ReadableSize(u64);

macro_rules! column_families {
    ($($name:ident: $write_buffer_mib:literal),*) => {$(
        #[derive(Deserialize, MemoryBounds)]
        #[serde(rename_all = "kebab-case")]
        #[bounds(firm(name = "memtables", bytes = write_buffer_size.unwrap_or($write_buffer_mib * 1 MiB) * self.max_write_buffer_number()))]
        struct $name {
            write_buffer_size: Option<ReadableSize>,
            max_write_buffer_number: i32,
            #[bounds(bytes, or = unlimited)]
            block_cache_size: Option<ReadableSize>,
        }

        impl $name {
            fn max_write_buffer_number(&self) -> usize {
                usize::try_from(self.max_write_buffer_number).unwrap_or(0)
            }
        }
    )*};
}

column_families! { DefaultFamily: 128, LockFamily: 32 }

#[test]
fn a_column_family_has_signed_counts_and_absent_sizes() {
    let family: DefaultFamily =
        serde_json::from_str(r#"{"max-write-buffer-number": 5, "block-cache-size": 1000}"#).unwrap();
    assert_eq!(bytes(&family), (0, 5 * (128 << 20) + 1000));
    assert_eq!(
        arithmetic(&family),
        "root.firm = write-buffer-size=134217728 * max-write-buffer-number=5\nroot.firm = block-cache-size=1000"
    );
    let family: LockFamily =
        serde_json::from_str(r#"{"max-write-buffer-number": -1, "write-buffer-size": 8}"#).unwrap();
    assert_eq!(
        arithmetic(&family),
        "root.firm = write-buffer-size=8 * max-write-buffer-number=0\nroot.firm = block-cache-size=unlimited"
    );
}

mod prefixed {
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Deserializer};

    /// Reads what stands in the map behind `prefix`.
    pub(super) fn read<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        prefix: &str,
        deserializer: D,
    ) -> Result<T, D::Error> {
        let map = serde_json::Map::deserialize(deserializer)?;
        let inside =
            map.into_iter().filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value)));
        serde_json::from_value(inside.collect()).map_err(serde::de::Error::custom)
    }
}

fn apply<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pool, D::Error> {
    prefixed::read("apply-", deserializer)
}

fn store<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pool, D::Error> {
    prefixed::read("store-", deserializer)
}

#[derive(Deserialize, MemoryBounds)]
#[serde(rename_all = "kebab-case")]
struct Pool {
    #[bounds(items = [u8; 512], name = "messages")]
    max_batch_size: usize,
}

/// One type of pool, twice, each behind a prefix of its own in one table of the file.
#[derive(Deserialize, MemoryBounds)]
#[serde(rename_all = "kebab-case")]
struct RaftStore {
    #[serde(flatten, deserialize_with = "apply")]
    #[bounds(flatten, prefix = "apply-")]
    apply_pool: Pool,
    #[serde(flatten, deserialize_with = "store")]
    #[bounds(flatten, prefix = "store-")]
    store_pool: Pool,
}

#[test]
fn two_pools_of_one_type_are_two_settings() {
    let store: RaftStore =
        serde_json::from_str(r#"{"apply-max-batch-size": 256, "store-max-batch-size": 1024}"#).unwrap();
    assert_eq!(
        arithmetic(&store),
        "root.firm = size(messages)=512 * apply-max-batch-size=256\nroot.firm = size(messages)=512 * store-max-batch-size=1024"
    );
    let settings = explain(&ComponentBounds::of(&store), 512 * 1000).settings;
    assert_eq!(settings.len(), 2, "{settings:?}");
}

/// Settings in mebibytes, in kilobytes, and in numbers.
#[derive(Deserialize, MemoryBounds)]
#[bounds(settings)]
#[bounds(firm(
    name = "segments",
    bytes = "shard_number * max_segment_number * (max_segment_size_kb.unwrap_or(200000) * 1000)"
))]
struct Collection {
    storage_path: String,
    shard_number: std::num::NonZeroU32,
    max_segment_number: usize,
    max_segment_size_kb: Option<usize>,
    #[bounds(bytes = "wal_capacity_mb * 1 MiB", name = "write-ahead log", times = "shard_number")]
    wal_capacity_mb: usize,
    #[bounds(items = (u64, [f32; 4]), or = 100, times = "shard_number")]
    update_queue_size: Option<usize>,
}

#[test]
fn a_collection_has_units_and_factors() {
    let collection: Collection = serde_json::from_str(
        r#"{"storage_path": "/data", "shard_number": 2, "max_segment_number": 3, "max_segment_size_kb": 10, "wal_capacity_mb": 32}"#,
    )
    .unwrap();
    assert_eq!(bytes(&collection), (0, 2 * 3 * 10_000 + 2 * (32 << 20) + 2 * 100 * 24));
    insta::assert_snapshot!(arithmetic(&collection), @r"
    root.firm = shard_number=2 * max_segment_number=3 * max_segment_size_kb=10 * 1000
    root.firm = wal_capacity_mb=32 * 1048576 * shard_number=2
    root.firm = size(update_queue_size)=24 * update_queue_size=100 * shard_number=2
    ");
    assert_eq!(collection.storage_path, "/data");
    // What is advised of each setting is what is found by trying all.
    let limit = 50_000_000;
    let explanation = explain(&ComponentBounds::of(&collection), limit);
    let present =
        [("max_segment_number", 3), ("shard_number", 2), ("update_queue_size", 100), ("wal_capacity_mb", 32)];
    let tried = present.map(|(key, present)| {
        let with = |value: usize| {
            let mut changed = Collection { storage_path: String::new(), ..collection };
            match key {
                "max_segment_number" => changed.max_segment_number = value,
                "shard_number" => changed.shard_number = u32::try_from(value).unwrap().try_into().unwrap(),
                "update_queue_size" => changed.update_queue_size = Some(value),
                _ => changed.wal_capacity_mb = value,
            }
            bytes(&changed).1
        };
        let tried = (1..=present).rev().find(|value| with(*value) <= limit);
        let share = explanation.settings.iter().find(|setting| setting.key == key).unwrap();
        assert_eq!(
            share.largest_that_fits,
            tried.map_or(LargestThatFits::None, LargestThatFits::AtMost),
            "{key}"
        );
        tried
    });
    assert_eq!(tried, [None, Some(1), None, Some(23)]);
}

/// A size as an operator may write it: `"50%"` of what there is, `"unlimited"`, or a number of bytes.
enum MemoryLimit {
    Unlimited,
    Percentage(u8),
    Bytes(u64),
}

/// What there is, in place of what the system says.
const PHYSICAL: u64 = 8 << 30;

impl<'de> Deserialize<'de> for MemoryLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = |text: &str| text.parse().map_err(serde::de::Error::custom);
        Ok(match text.strip_suffix('%') {
            _ if text == "unlimited" => Self::Unlimited,
            Some(percentage) => Self::Percentage(percentage.parse().map_err(serde::de::Error::custom)?),
            None => Self::Bytes(number(&text)?),
        })
    }
}

impl ConfigValue for MemoryLimit {
    fn config_value(&self) -> usize {
        self.config_limit().unwrap_or(usize::MAX)
    }

    fn config_limit(&self) -> Option<usize> {
        let bytes = match self {
            Self::Unlimited => return None,
            Self::Percentage(percentage) => PHYSICAL / 100 * u64::from(*percentage),
            Self::Bytes(bytes) => *bytes,
        };
        Some(bytes.config_value())
    }
}

#[derive(Deserialize, MemoryBounds)]
struct QueryLimits {
    #[bounds(bytes)]
    scan_memory_limit: MemoryLimit,
    #[bounds(bytes)]
    write_buffer_size: MemoryLimit,
    #[bounds(bytes = "min(page_cache_size, scan_memory_limit)")]
    page_cache_size: MemoryLimit,
}

#[test]
fn a_size_may_be_a_share_or_no_limit() {
    let limits: QueryLimits = serde_json::from_str(
        r#"{"scan_memory_limit": "50%", "write_buffer_size": "4096", "page_cache_size": "unlimited"}"#,
    )
    .unwrap();
    let half = usize::try_from(PHYSICAL / 100 * 50).unwrap();
    assert_eq!(bytes(&limits), (0, 2 * half + 4096));
    assert_eq!(keys(&limits), ["page_cache_size", "scan_memory_limit", "write_buffer_size"]);
    assert!(
        arithmetic(&limits).ends_with(&format!("min(page_cache_size=unlimited, scan_memory_limit={half})"))
    );
}

#[derive(Clone, Copy, Deserialize, ConfigValue)]
struct StreamByteSize(u64);

trait Storage {
    type Handle;
}

struct Files;

impl Storage for Files {
    type Handle = [u8; 48];
}

/// Generic over where it stores.
#[derive(MemoryBounds)]
struct Segment<S: Storage> {
    #[bounds(bytes)]
    cache_size: StreamByteSize,
    #[bounds(items = S::Handle, item_skip = "the system's", minimum)]
    open_files: u32,
    storage: PhantomData<S>,
}

#[test]
fn a_newtype_of_a_size_is_a_setting() {
    let segment = Segment::<Files> { cache_size: StreamByteSize(500), open_files: 2, storage: PhantomData };
    assert_eq!(bytes(&segment), (96, 596));
    assert_eq!(
        arithmetic(&segment),
        "root.min = size(open_files)=48 * open_files=2\nroot.firm = cache_size=500"
    );
    assert_eq!(segment.storage, PhantomData);
}

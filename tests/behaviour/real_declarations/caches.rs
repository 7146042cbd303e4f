//! Caches: nested ones, switched ones, sharded ones, and one whose options are a text.

use std::collections::HashMap;

use bytesize::ByteSize;
use memory_accounting::{ComponentBounds, MemoryBounds};
use serde::Deserialize;

use super::{arithmetic, bytes, keys, measured, takes_all};

/// A cache with caches of its own in front of it.
#[derive(Deserialize, MemoryBounds)]
struct Cache {
    #[serde(default)]
    #[bounds(bytes = "self.capacity()", name = "entries")]
    capacity: Option<u64>,
    #[serde(default)]
    #[bounds(subcomponent)]
    virtual_caches: Vec<Cache>,
}

impl Cache {
    fn capacity(&self) -> ByteSize {
        self.capacity.map_or(ByteSize::mib(500), ByteSize::b)
    }
}

#[test]
fn a_cache_nests_under_the_key_capacity() {
    let cache: Cache = serde_json::from_str(
        r#"{"virtual_caches": [{"capacity": 100}, {"virtual_caches": [{"capacity": 7}]}]}"#,
    )
    .unwrap();
    assert_eq!(bytes(&cache), (0, 2 * (500 << 20) + 107));
    insta::assert_snapshot!(arithmetic(&cache), @r"
    root.firm = capacity=524288000
    root.virtual_caches.0.firm = capacity=100
    root.virtual_caches.1.firm = capacity=524288000
    root.virtual_caches.1.virtual_caches.0.firm = capacity=7
    ");
}

/// An engine that keeps what is read often, where it is switched on.
#[derive(MemoryBounds)]
#[bounds(rename_all = "kebab-case")]
struct InMemoryEngine {
    enable: bool,
    #[bounds(bytes, or = "1 GiB", times = enable)]
    capacity: Option<ByteSize>,
}

#[test]
fn an_engine_that_is_off_takes_nothing_and_says_so() {
    let engine = |enable, capacity| InMemoryEngine { enable, capacity };
    assert_eq!(arithmetic(&engine(false, None)), "root.firm = capacity=1073741824 * enable=0");
    assert_eq!(bytes(&engine(false, None)), (0, 0));
    assert_eq!(bytes(&engine(true, None)), (0, 1 << 30));
    assert_eq!(bytes(&engine(true, Some(ByteSize::b(5)))), (0, 5));
}

/// Of a crate that knows nothing of this one.
#[derive(Default)]
struct CachePadded<T>(T);

struct Lru<K, V> {
    entries: HashMap<K, V>,
}

const SLOTS: usize = 128;

/// A cache in slots, so that threads do not wait for each other.
#[derive(MemoryBounds)]
struct TransactionCache {
    capacity: usize,
    #[bounds(sizes = Vec<CachePadded<std::sync::Mutex<Lru<u64, u64>>>>, per_item = SLOTS, item_skip = "as `entries`", minimum)]
    #[bounds(sizes = HashMap<u64, u64>, per_item = "capacity / SLOTS", times = SLOTS, name = "entries")]
    slots: Vec<CachePadded<std::sync::Mutex<Lru<u64, u64>>>>,
}

#[test]
fn a_cache_in_slots_counts_each_slot_by_itself() {
    let cache = TransactionCache { capacity: 10_000, slots: Vec::new() };
    // 79 of 10,000 in each of 128 slots; 128 buckets of 16 bytes and a control byte, and while it is cleaned 256 more
    let slot = (17 * 128 + 16) + (17 * 256 + 16);
    let padded = size_of::<CachePadded<std::sync::Mutex<Lru<u64, u64>>>>();
    assert_eq!(bytes(&cache), (128 * padded, 128 * padded + 128 * slot));
    assert_eq!(keys(&cache), ["capacity"]);
    let report = measured(&cache, || {
        let slots = (0..SLOTS).map(|_| {
            let capacity = cache.capacity.div_ceil(SLOTS);
            let mut lru = Lru { entries: HashMap::with_capacity(capacity) };
            // The oldest goes before another comes.
            for key in 0..3 * capacity as u64 {
                if lru.entries.len() == capacity {
                    lru.entries.remove(&(key - capacity as u64));
                }
                lru.entries.insert(key, key);
            }
            CachePadded(std::sync::Mutex::new(lru))
        });
        slots.collect::<Vec<_>>()
    });
    // The rest is for slots that are all cleaned at the same time, which takes keys that are in each other's way.
    assert!(report.headroom_percent() < 70.0, "{report}");
    let mut slot = CachePadded(std::sync::Mutex::new(Lru { entries: HashMap::<u64, u64>::new() }));
    slot.0.get_mut().unwrap().entries.insert(1, 2);
    assert!(cache.slots.is_empty());
}

struct RoleName([u8; 16]);

struct Role {
    secret: [u8; 32],
    seen: u64,
}

/// Read from a text such as `size=4000,max_roles=10`.
#[derive(Deserialize, MemoryBounds)]
#[serde(try_from = "String")]
#[bounds(firm(name = "roles", sizes = HashMap<RoleName, Role>, per_item = "size * max_roles", headroom))]
struct ProjectCacheOptions {
    #[bounds(rename = "project_info_cache.size")]
    size: usize,
    #[bounds(rename = "project_info_cache.max_roles")]
    max_roles: usize,
}

impl TryFrom<String> for ProjectCacheOptions {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let value = |name: &str| {
            let found =
                text.split(',').find_map(|option| option.split_once('=').filter(|(key, _)| *key == name));
            found.and_then(|(_, value)| value.parse().ok()).ok_or_else(|| format!("`{name}` is missing"))
        };
        Ok(Self { size: value("size")?, max_roles: value("max_roles")? })
    }
}

#[test]
fn a_table_of_two_factors_is_a_table() {
    let options: ProjectCacheOptions = serde_json::from_str(r#""size=4000,max_roles=10""#).unwrap();
    let bounds = ComponentBounds::of(&options);
    // room for 80,000 takes 131,072 buckets, each of 56 bytes and a control byte
    let pair = size_of::<(RoleName, Role)>();
    assert_eq!(bounds.total_firm_limit_bytes(), (pair + 1) * 131_072 + 16);
    let mut settings = Vec::new();
    bounds.firm_entries()[0].expr().visit_settings(&mut |name, _| settings.push(name.to_owned()));
    settings.sort_unstable();
    settings.dedup();
    assert_eq!(settings, ["project_info_cache.max_roles", "project_info_cache.size"]);
    takes_all(&options, || {
        let mut roles = HashMap::<[u8; 16], Role>::with_capacity(2 * options.size * options.max_roles);
        for number in 0..3000_u64 {
            let mut name = [0; 16];
            name[..8].copy_from_slice(&number.to_le_bytes());
            roles.insert(name, Role { secret: [0; 32], seen: number });
        }
        roles
    });
    let role = Role { secret: [0; 32], seen: 0 };
    assert_eq!((RoleName([0; 16]).0.len(), role.secret.len(), role.seen), (16, 32, 0));
}

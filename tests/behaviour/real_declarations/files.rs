//! Every key that a report prints stands in the operator's file, at the place the component and the key name.

use std::collections::BTreeMap;

use memory_accounting::{ComponentBounds, MemoryBounds};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// All settings of `bounds`, as the names from the top of the file on, and their values.
fn settings(bounds: &ComponentBounds) -> BTreeMap<String, usize> {
    let mut settings = BTreeMap::new();
    for entry in bounds.minimum_entries().iter().chain(bounds.firm_entries()) {
        entry.expr().visit_settings(&mut |name, value| {
            let known = settings.insert(name.to_owned(), value.unwrap());
            assert!(known.is_none_or(|known| Some(known) == value), "two values of `{name}`");
        });
    }
    for (name, component) in bounds.subcomponents() {
        settings.extend(self::settings(component).into_iter().map(|(key, value)| {
            // What stands in the place of a whole table has its key.
            if key == *name { (key, value) } else { (format!("{name}.{key}"), value) }
        }));
    }
    settings
}

/// Reads `file`, finds all settings of what is declared in it, then changes one after the other in the file and finds the
/// change in what is declared.
fn every_key_is_in<T: DeserializeOwned + MemoryBounds>(file: &Value, keys: &[&str]) {
    let declared =
        |file: &Value| settings(&ComponentBounds::of(&serde_json::from_value::<T>(file.clone()).unwrap()));
    let before = declared(file);
    assert_eq!(before.keys().map(String::as_str).collect::<Vec<_>>(), keys);
    for (key, value) in before {
        let pointer = format!("/{}", key.replace('.', "/"));
        let mut changed = file.clone();
        let found = changed.pointer_mut(&pointer).unwrap_or_else(|| panic!("{key} is not in {file}"));
        assert_eq!(*found, Value::from(value), "{key}");
        *found = Value::from(value + 1);
        assert_eq!(declared(&changed).get(&key), Some(&(value + 1)), "{key}");
    }
}

#[derive(Deserialize, MemoryBounds)]
struct Entries(#[bounds(items = u64)] usize);

#[derive(Deserialize, MemoryBounds)]
#[serde(transparent)]
struct Depth {
    #[bounds(items = u32)]
    packets: u16,
}

#[derive(Deserialize, MemoryBounds)]
#[serde(rename_all = "kebab-case")]
struct Cache {
    #[bounds(flatten)]
    hot_entries: Entries,
    #[bounds(bytes)]
    max_bytes: u64,
}

#[derive(Deserialize, MemoryBounds)]
#[serde(rename_all = "snake_case")]
enum Limit {
    MaxEvents(#[bounds(items = [u8; 200])] usize),
    MaxSize(#[bounds(bytes)] usize),
    Both {
        #[bounds(bytes)]
        soft: usize,
    },
}

#[derive(Deserialize, MemoryBounds)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Buffer {
    Memory {
        #[serde(flatten)]
        #[bounds(flatten)]
        size: Limit,
    },
    Disk(#[bounds(flatten)] Cache),
}

#[derive(Deserialize, MemoryBounds)]
#[serde(tag = "kind", content = "with")]
enum Queue {
    Bounded(#[bounds(items = u8)] usize),
    Batched(#[bounds(bytes = "self.0.max_bytes")] Batch),
}

impl Queue {
    fn name(&self) -> &'static str {
        match self {
            Self::Bounded(_) => "bounded",
            Self::Batched(_) => "batched",
        }
    }
}

#[derive(Deserialize)]
struct Batch {
    max_bytes: usize,
}

#[derive(Deserialize, MemoryBounds)]
#[serde(rename_all = "camelCase")]
struct Pool {
    #[bounds(items = u64)]
    max_connections: u32,
}

#[derive(Deserialize, MemoryBounds)]
#[serde(rename_all = "kebab-case")]
struct Configuration {
    #[bounds(subcomponent)]
    response_cache: Cache,
    #[bounds(subcomponent)]
    depth: Depth,
    #[bounds(flatten)]
    read_pool: Pool,
    #[bounds(flatten)]
    write_pool: Pool,
    #[serde(flatten)]
    #[bounds(flatten)]
    shared: Pool,
    #[bounds(subcomponent)]
    buffer: Buffer,
    #[bounds(flatten)]
    queue: Queue,
    #[bounds(bytes = "workers.count.get() * self.stack_size()")]
    workers: Workers,
    stack_size: i64,
    #[bounds(flatten)]
    grow: Option<Entries>,
}

impl Configuration {
    fn stack_size(&self) -> u64 {
        self.stack_size.unsigned_abs()
    }
}

#[derive(Deserialize)]
struct Workers {
    count: std::num::NonZeroUsize,
}

fn file(buffer: &Value, queue: &Value) -> Value {
    serde_json::json!({
        "response-cache": {"hot-entries": 10, "max-bytes": 4096},
        "depth": 64,
        "read-pool": {"maxConnections": 3},
        "write-pool": {"maxConnections": 5},
        "maxConnections": 7,
        "buffer": buffer,
        "queue": queue,
        "workers": {"count": 4},
        "stack-size": 8192,
        "grow": 12,
    })
}

#[test]
fn every_key_of_a_report_is_in_the_file() {
    let keys = |buffer: &[&'static str], queue: &'static str| {
        let mut keys = vec![
            "response-cache.hot-entries",
            "response-cache.max-bytes",
            "depth",
            "read-pool.maxConnections",
            "write-pool.maxConnections",
            "maxConnections",
            queue,
            "workers.count",
            "stack-size",
            "grow",
        ];
        keys.extend(buffer);
        keys.sort_unstable();
        keys
    };
    let check = |buffer: Value, buffer_keys: &[&'static str], queue: Value, queue_key| {
        every_key_is_in::<Configuration>(&file(&buffer, &queue), &keys(buffer_keys, queue_key));
        let queue: Queue = serde_json::from_value(queue).unwrap();
        assert!(["bounded", "batched"].contains(&queue.name()));
    };
    let bounded = || serde_json::json!({"kind": "Bounded", "with": 9});
    check(
        serde_json::json!({"type": "memory", "max_events": 500}),
        &["buffer.max_events"],
        bounded(),
        "queue.with",
    );
    check(
        serde_json::json!({"type": "memory", "max_size": 1 << 20}),
        &["buffer.max_size"],
        serde_json::json!({"kind": "Batched", "with": {"max_bytes": 3}}),
        "queue.with.max_bytes",
    );
    check(
        serde_json::json!({"type": "disk", "hot-entries": 3, "max-bytes": 5}),
        &["buffer.hot-entries", "buffer.max-bytes"],
        bounded(),
        "queue.with",
    );
}

#[test]
fn a_variant_of_fields_is_a_table_of_the_file() {
    every_key_is_in::<Limit>(&serde_json::json!({"both": {"soft": 1}}), &["both.soft"]);
}

//! Who has most.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken};
use crate::bytes::Bytes;
use crate::lock::lock;

/// How many are named.
const NUMBER: usize = 5;

/// Reading all groups takes a walk through the tables of all threads: too long for each of many refusals.
const KEPT_FOR: Duration = Duration::from_millis(100);

/// The groups that have most, with their live bytes, not older than a tenth of a second.
#[derive(Debug, Default)]
pub(super) struct LargestGroups(Mutex<Option<(Instant, Groups)>>);

/// Names and live bytes.
type Groups = Vec<(String, u64)>;

/// Prints them, as the end of a sentence.
pub(super) struct MostHave<'a>(pub(super) &'a [(String, u64)]);

impl fmt::Display for MostHave<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, bytes)) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "; most have " } else { ", " })?;
            write!(f, "{name} {}", Bytes(*bytes))?;
        }
        Ok(())
    }
}

impl LargestGroups {
    pub(super) fn get(&self) -> Groups {
        let now = Instant::now();
        if let Some((at, groups)) = &*lock(&self.0) {
            if now.saturating_duration_since(*at) < KEPT_FOR {
                return groups.clone();
            }
        }
        let groups = read();
        let kept = AllocationGroupToken::root().scope(|| groups.clone());
        let before = lock(&self.0).replace((now, kept));
        drop(before);
        groups
    }
}

fn read() -> Groups {
    let mut groups = Vec::new();
    AllocationGroupRegistry::global().visit_snapshots(|name, snapshot| {
        let bytes = snapshot.live_bytes() as u64;
        if bytes > 0 {
            groups.push((name.to_owned(), bytes));
        }
    });
    groups.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    groups.truncate(NUMBER);
    groups
}

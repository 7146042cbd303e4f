//! What the messages about keys say, done.
#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(try_from = "String")]
struct CacheOptions {
    #[bounds(items = u64, rename = "cache.size")]
    size: usize,
}

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(try_from = "String")]
#[bounds(rename_all = "snake_case")]
struct PoolOptions {
    #[bounds(items = u64)]
    size: usize,
}

impl TryFrom<String> for CacheOptions {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self { size: text.parse()? })
    }
}

impl TryFrom<String> for PoolOptions {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self { size: text.parse()? })
    }
}

#[derive(MemoryBounds, serde::Deserialize)]
struct Skipped {
    #[serde(skip)]
    cores: usize,
    #[bounds(bytes = "constant(\"cores\", cores) * 1 KiB")]
    #[serde(skip)]
    stacks: Vec<u8>,
}

#[derive(MemoryBounds)]
struct Pools {
    #[bounds(flatten, prefix = "read_")]
    read: CacheOptions,
}

fn shown(component: &impl MemoryBounds) -> String {
    ComponentBounds::of(component).firm_entries()[0].expr().to_string()
}

fn main() {
    assert_eq!(shown(&CacheOptions { size: 1 }), "size(size)=8 * cache.size=1");
    assert_eq!(shown(&PoolOptions { size: 1 }), "size(size)=8 * size=1");
    assert_eq!(shown(&Skipped { cores: 2, stacks: vec![] }), "cores=2 * 1024");
    assert_eq!(shown(&Pools { read: CacheOptions { size: 1 } }), "size(size)=8 * read_cache.size=1");
}

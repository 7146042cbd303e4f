//! Proves the container rules: what each says against what the tracking allocator counts, over item sizes, alignments,
//! numbers of items and orders of operations. A rule is never below the truth, and how far above it is stands in a table.
//!
//! Once the table has changed for a reason, `TIGHTNESS=overwrite cargo test -p memory-accounting-tests --test
//! container_proofs` rewrites it.

mod async_channels;
mod caches;
mod channels;
mod components;
mod crossbeam_channel;
mod flume_channels;
mod hash_tables;
mod index_maps;
mod items;
mod measured;
mod mpsc_model;
mod owned;
mod owners;
mod pointers;
mod readers;
mod sending_threads;
mod sequences;
mod table;
mod tokio_channels;
mod trees;
mod versions;
mod wrappers;

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

//! Hash tables: those of `hashbrown`, which the standard library's are too, and what is built on them.

#[cfg(feature = "hashbrown")]
mod hashbrown;
#[cfg(feature = "indexmap")]
mod indexmap;
mod group_width;
#[cfg(feature = "lru")]
mod lru;
mod map_and_set;
mod raw_table;
mod standard;

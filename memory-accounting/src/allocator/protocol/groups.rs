//! What stands for a group, and who is inside of it.

mod group;
mod occupancy;
mod slot;

pub(crate) use self::group::{CHUNKS, GROUPS_PER_CHUNK, Group, GroupId, MAXIMUM_GROUPS, Occupant};
pub(crate) use self::occupancy::{Entry, Occupancy};
pub(crate) use self::slot::Slot;

//! The hash tables of the crate `hashbrown`.

use hashbrown::{HashMap, HashSet};

use super::group_width::GroupWidth;
use super::map_and_set::map_and_set;

map_and_set!(HashMap, HashSet, GroupWidth::CRATE);
